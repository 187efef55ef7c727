//! Hostile recordings and documents that were made after the code.

use super::documents::{page, pdf, stream};
use super::pictures::{packed_zeros, patched};
use super::recordings::{clip, iso_box, mp4, recording, replaced, wave};
use super::{Hostile, PAYLOAD, inert, join, neutralised, refused};
use crate::worker::Folder;

/// A film whose content is said to be at an address.
fn referring(port: u16) -> Vec<u8> {
    let address = format!("http://127.0.0.1:{port}/film.mov\0");
    let length = u32::try_from(address.len()).unwrap().to_be_bytes();
    let reference = iso_box(b"rdrf", &join(&[&[0; 4], b"url ", &length, address.as_bytes()]));
    let film = iso_box(b"moov", &iso_box(b"rmra", &iso_box(b"rmda", &reference)));
    join(&[&iso_box(b"ftyp", b"qt  \0\0\0\0qt  "), &film])
}

/// A film whose head is packed: a gigabyte of it.
fn packed_head() -> Vec<u8> {
    let packed = join(&[&0x4000_0000_u32.to_be_bytes(), &packed_zeros(1024)]);
    let head = join(&[&iso_box(b"dcom", b"zlib"), &iso_box(b"cmvd", &packed)]);
    join(&[&iso_box(b"ftyp", b"qt  \0\0\0\0qt  "), &iso_box(b"moov", &iso_box(b"cmov", &head))])
}

/// A film of so many tracks of nothing.
fn tracks(count: usize) -> Vec<u8> {
    let track = iso_box(b"trak", &iso_box(b"tkhd", &[0; 84]));
    join(&[&iso_box(b"ftyp", b"isom\0\0\0\0isom"), &iso_box(b"moov", &track.repeat(count))])
}

/// A `WebM` with a page attached to it.
fn attached() -> Vec<u8> {
    let folder = Folder::new();
    let page = folder.path().join("page.html");
    std::fs::write(&page, PAYLOAD).unwrap();
    let options = format!(
        "-f lavfi -i testsrc2=size=320x180:rate=10:duration=1 -c:v libvpx -deadline realtime -attach {} -metadata:s:t mimetype=text/html",
        page.display()
    );
    recording(&options, "mkv")
}

/// A FLAC with a block of metadata behind its first.
fn flac_with(kind: u8, body: &[u8]) -> Vec<u8> {
    let plain = recording("-f lavfi -i sine=440:duration=1", "flac");
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    join(&[&plain[..42], &[kind], &length[1..], body, &plain[42..]])
}

pub fn recordings(port: u16) -> Vec<Hostile> {
    let (v, q, a) = ("video/mp4", "video/quicktime", "audio/mpeg");
    let mp4 = mp4();
    let mp3 = recording("-f lavfi -i sine=440:duration=1", "mp3");
    let tone = recording("-f lavfi -i sine=440:duration=1 -c:a libopus", "ogg");
    let fragments = clip("mp4", "-c:v libx264 -preset ultrafast -c:a aac -movflags frag_keyframe+empty_moov");
    let wav = wave(1, 16_000, &[0, 64].repeat(8_000));
    let picture = join(&[&vec![0; 8 << 20], PAYLOAD, &vec![0; (8 << 20) - 100]]);
    vec![
        refused("a film that is elsewhere", "video", q, "type_mismatch", referring(port)),
        refused("a gigabyte of head", "video", q, "too_much_memory", packed_head()),
        refused("20,000 tracks of nothing", "video", v, "too_much_memory", tracks(20_000)),
        refused(
            "two billion samples in a fragment",
            "video",
            v,
            "damaged",
            replaced(fragments, b"trun", 4, &[0x7F, 0xFF, 0xFF, 0xFF]),
        ),
        refused(
            "pictures beyond the end",
            "video",
            v,
            "damaged",
            replaced(mp4.clone(), b"stco", 8, &[0x7F, 0xFF, 0xFF, 0x00]),
        ),
        neutralised("a turn by nothing", "video", v, replaced(mp4, b"tkhd", 40, &[0; 36])),
        neutralised("a page attached to a WebM", "video", "video/webm", attached()),
        refused(
            "a WAV of no samples a second",
            "audio",
            "audio/wav",
            "damaged",
            patched(wav.clone(), 24, &[0; 4]),
        ),
        refused(
            "a WAV of a codec that is none",
            "audio",
            "audio/wav",
            "damaged",
            patched(wav, 20, &[0xFF, 0xFE]),
        ),
        refused("nothing but a tag", "audio", a, "damaged", join(&[b"ID3\x04\0\0\0\0\x07\x68", &[0; 1000]])),
        neutralised("four billion frames", "audio", a, {
            let at = mp3.windows(4).position(|name| name == b"Info" || name == b"Xing").unwrap();
            patched(mp3, at + 8, &[0xFF; 4])
        }),
        neutralised("a cover of 16 MB", "audio", "audio/flac", flac_with(6, &picture)),
        neutralised("a FLAC of 2^36 samples", "audio", "audio/flac", {
            let plain = recording("-f lavfi -i sine=440:duration=1", "flac");
            let rate = plain[21];
            patched(plain, 21, &[rate | 0x0F, 0xFF, 0xFF, 0xFF, 0xFF])
        }),
        neutralised("2,000 streams in a chain", "audio", "audio/ogg", tone.repeat(2_000)),
    ]
}

/// A form that draws the next ten times, which draws the next: ten thousand million in the end.
fn multiplying() -> Vec<u8> {
    let form = |number: usize| {
        let next = number + 1;
        let resources = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        stream(&resources, &b"/X Do ".repeat(10))
    };
    let mut forms: Vec<Vec<u8>> = (5..15).map(form).collect();
    forms.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b"0 0 595 842 re f"));
    page("0 0 595 842", stream("", b"/X Do"), &forms)
}

/// An image in another format, all of it noise, of so many pixels.
fn image(filter: &str, side: u32) -> Vec<u8> {
    let dictionary = format!(
        "/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /{filter}"
    );
    page("0 0 595 842", stream("", b"q 595 0 0 842 0 0 cm /X Do Q"), &[stream(&dictionary, &[0xA5; 5_000])])
}

pub fn documents() -> Vec<Hostile> {
    let catalogue = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let nested = {
        let node =
            |number: usize| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", number + 1).into_bytes();
        let mut objects = vec![catalogue.clone()];
        objects.extend((2..50_000).map(node));
        objects.push(b"<< /Type /Page /MediaBox [0 0 100 100] >>".to_vec());
        pdf(&objects)
    };
    let again = {
        let plain = String::from_utf8(page("0 0 595 842", stream("", b"0 0 m 595 842 l S"), &[])).unwrap();
        let table = plain.rfind("xref\n0").unwrap();
        plain.replacen("trailer\n<< ", &format!("trailer\n<< /Prev {table} "), 1).into_bytes()
    };
    let locked = {
        let plain = String::from_utf8(page("0 0 595 842", stream("", b"0 0 m 595 842 l S"), &[])).unwrap();
        let lock = "/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -1 /O (x) /U (x) /OE (x) /UE (x) /Perms (x) >> /ID [(a) (b)] ";
        plain.replacen("trailer\n<< ", &format!("trailer\n<< {lock}"), 1).into_bytes()
    };
    let pattern = {
        let cell = stream(
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << >>",
            b"0 0 1 1 re f",
        );
        let content = stream("", b"/Pattern cs /P scn 0 0 595 842 re f");
        pdf(&[
            catalogue,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Pattern << /P 5 0 R >> >> >>".to_vec(),
            content,
            cell,
        ])
    };
    let file = |name, bytes| inert(name, "file", "application/pdf", bytes);
    vec![
        file("forms that multiply", multiplying()),
        file("pages 50,000 deep", nested),
        file("a table that comes before itself", again),
        file("a document that is locked", locked),
        file("a pattern of ten thousandths", pattern),
        file("JBIG2 of noise", image("JBIG2Decode", 60_000)),
        file("JPEG 2000 of noise", image("JPXDecode", 60_000)),
        file("fax of noise", image("CCITTFaxDecode", 60_000)),
        file("five million states", page("0 0 595 842", stream("", &b"q ".repeat(5_000_000)), &[])),
        file("a text that is a million letters", {
            let text = format!("BT /F 12 Tf 10 10 Td ({}) Tj ET", "A".repeat(1_000_000));
            page("0 0 595 842", stream("", text.as_bytes()), &[])
        }),
        file("brackets in brackets", page("0 0 595 842", stream("", &b"[".repeat(2_000_000)), &[])),
    ]
}
