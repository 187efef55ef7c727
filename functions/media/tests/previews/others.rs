//! What others read of the files that are served: Pillow, mutagen and `MediaInfo`, none of which is ours.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::corpus::recordings::{recording, renamed};
use crate::worker::{Folder, Seen, look};

/// What whoever made the originals wrote wherever there is room for something.
const SECRET: &str = "SECRETPLACE";
/// A script that makes pictures and reads files.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/previews/readers.py");

/// What others read of each file, given its type.
fn others_read(files: &[(String, String)]) -> Vec<Value> {
    let mut python = local::for_tests::readers().unwrap();
    let mut child =
        python.args([SCRIPT, "read"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> =
        files.iter().map(|(path, content_type)| format!("{path}\t{content_type}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), files.len());
    answers
}

fn has_secret(file: &[u8]) -> bool {
    file.windows(SECRET.len()).any(|part| part == SECRET.as_bytes())
}

/// Photographs in all orientations, and what moves: each with EXIF, a place, a maker's notes, XMP, IPTC and comments.
fn originals() -> Folder {
    let folder = Folder::new();
    let made =
        local::for_tests::readers().unwrap().args([SCRIPT, "make"]).arg(folder.path()).status().unwrap();
    assert!(made.success());
    folder
}

/// The originals do say it, or nothing is shown by its absence.
fn upload(folder: &Path, name: &str, content_type: &str, says: &[&str]) -> Vec<u8> {
    let path = folder.join(name);
    let read = others_read(&[(path.display().to_string(), content_type.to_owned())]);
    let found: Vec<&str> = read[0]["found"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(says.iter().all(|word| found.contains(word)), "{name}: {found:?}");
    let bytes = std::fs::read(path).unwrap();
    assert!(has_secret(&bytes), "{name}");
    bytes
}

/// A picture that we made, as others see it: that there is nothing wrong with it.
pub fn assert_read_upright(picture: &[u8]) {
    let folder = Folder::new();
    let path = folder.path().join("picture");
    std::fs::write(&path, picture).unwrap();
    let read = others_read(&[(path.display().to_string(), "image/".to_owned())]);
    assert_eq!(read[0]["corners"], json!(["red", "blue", "other", "other"]), "{}", read[0]);
}

/// Every file that is served, with the size it is said to have: nothing is read of it but the picture, upright.
pub fn assert_upright_and_silent(name: &str, seen: &Seen, (width, height): (u64, u64), frames: u64) {
    let served = seen.served();
    let files: Vec<(String, String)> =
        served.iter().map(|file| (file.path.clone(), file.content_type.clone())).collect();
    let sides = |read: &Value| [read["width"].as_u64(), read["height"].as_u64()];
    for (file, read) in served.iter().zip(others_read(&files)) {
        let shown = || format!("{name}, {}: {read}", file.name);
        assert_eq!(read["found"], json!([]), "{}", shown());
        assert_eq!(read["corners"], json!(["red", "blue", "other", "other"]), "{}", shown());
        let is_clean = file.name == "clean";
        assert_eq!(read["frames"], if is_clean { frames } else { 1 }, "{}", shown());
        let expected = if is_clean { [Some(width), Some(height)] } else { file.sides };
        assert_eq!(sides(&read), expected, "{}", shown());
        assert!(!has_secret(&std::fs::read(&file.path).unwrap()), "{}", shown());
    }
}

#[test]
fn of_photographs_others_read_the_picture_upright_and_nothing_else() {
    let folder = originals();
    let exif = ["EXIF 271", "EXIF 34853", "EXIF 34665", "EXIF 274", "xmp"];
    for orientation in 1..=8 {
        for (ending, content_type, more) in [
            ("jpg", "image/jpeg", ["photoshop", "comment"].as_slice()),
            ("png", "image/png", &["Comment"]),
            ("webp", "image/webp", &[]),
            ("avif", "image/avif", &[]),
        ] {
            let name = format!("{orientation}.{ending}");
            // AVIF says which way up by an item of its own.
            let says: Vec<&str> = exif.iter().chain(more).copied().collect();
            let says = if (ending, orientation) == ("avif", 1) { &says[..3] } else { says.as_slice() };
            let bytes = upload(folder.path(), &name, content_type, says);
            let seen = look(&bytes, "image", content_type);
            assert_eq!(
                (&seen.ready()["width"], &seen.ready()["height"]),
                (&json!(300), &json!(200)),
                "{name}"
            );
            assert_upright_and_silent(&name, &seen, (300, 200), 1);
        }
    }
}

#[test]
fn of_animations_others_read_the_frames_and_nothing_else() {
    let folder = originals();
    for (name, content_type, says) in [
        ("moving.gif", "image/gif", ["comment"].as_slice()),
        ("moving.png", "image/png", &["EXIF 34853", "Comment", "xmp"]),
        ("moving.webp", "image/webp", &["EXIF 34853", "xmp"]),
    ] {
        let bytes = upload(folder.path(), name, content_type, says);
        let seen = look(&bytes, "image", content_type);
        assert_eq!(seen.ready()["duration_ms"], 400, "{name}");
        assert_upright_and_silent(name, &seen, (300, 200), 2);
    }
}

/// What others read of the clean form and of the short part: these streams, and that nobody says anything.
fn assert_silent(name: &str, seen: &Seen, streams: &Value) {
    let served: Vec<_> =
        seen.served().into_iter().filter(|file| !file.content_type.starts_with("image/")).collect();
    let files: Vec<(String, String)> =
        served.iter().map(|file| (file.path.clone(), file.content_type.clone())).collect();
    for (file, read) in served.iter().zip(others_read(&files)) {
        assert_eq!(read["found"], json!([]), "{name}, {}", file.name);
        let expected = if file.name == "clean" { streams } else { &json!(["Video"]) };
        assert_eq!(&read["streams"], expected, "{name}, {}", file.name);
        assert!(!has_secret(&std::fs::read(&file.path).unwrap()), "{name}, {}", file.name);
    }
    let pictures = seen.served().into_iter().filter(|file| file.content_type.starts_with("image/"));
    for file in pictures {
        assert!(!has_secret(&std::fs::read(&file.path).unwrap()), "{name}, {}", file.name);
    }
}

/// A clip with words for who made it and where, and with more streams than are shown.
fn clip(options: &str, ending: &str) -> Vec<u8> {
    let folder = Folder::new();
    let places = folder.path().join("places.srt");
    std::fs::write(&places, format!("1\n00:00:00,000 --> 00:00:01,000\n{SECRET} +48.8577\n")).unwrap();
    let chapters = folder.path().join("chapters.txt");
    let chapter = format!(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle={SECRET}\n");
    std::fs::write(&chapters, chapter).unwrap();
    recording(
        &format!(
            "-f lavfi -i testsrc2=size=320x180:rate=25:duration=1 -f lavfi -i sine=440:duration=1 -i {} -i {} \
             -map 0:v -map 1:a -map 2:s -map_metadata 3 -map_chapters 3 {options} \
             -metadata title={SECRET} -metadata comment={SECRET} -metadata location=+48.8577+002.295/ \
             -metadata creation_time=2026-01-01T12:00:00Z -metadata:s:v title={SECRET} -metadata:s:a title={SECRET}",
            places.display(),
            chapters.display(),
        ),
        ending,
    )
}

/// As `clip`, but with the words of its third stream called a track of places, as action cameras and phones write them.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "names are written as strings of bytes")]
fn clip_with_track(name: &[u8; 4], options: &str, ending: &str) -> Vec<u8> {
    let bytes = clip(options, ending);
    let bytes = renamed(bytes, b"tx3g", name);
    renamed(renamed(bytes, b"sbtl", b"meta"), b"text", b"meta")
}

#[test]
fn of_clips_others_read_the_picture_and_the_sound_and_nothing_else() {
    let sei = format!("-bsf:v h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+{SECRET}");
    let h264 = format!("-c:v libx264 -preset ultrafast -c:a aac -c:s mov_text {sei}");
    let apple =
        "-movflags use_metadata_tags -metadata com.apple.quicktime.location.ISO6709=+48.8577+002.295/";
    // Without the encoder's name in its header, which stays (docs/decisions/0055).
    let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=error:info=0 -tag:v hvc1 -c:a aac -c:s mov_text";
    let av1 = "-c:v libaom-av1 -cpu-used 8 -usage realtime -c:a aac -c:s mov_text";
    let vp9 = "-c:v libvpx-vp9 -deadline realtime -c:a libopus -c:s webvtt";
    let (mp4, mov) = ("video/mp4", "video/quicktime");
    for (name, content_type, bytes) in [
        ("a phone's MP4", mp4, clip(&h264, "mp4")),
        ("an action camera's MP4", mp4, clip_with_track(b"gpmd", &h264, "mp4")),
        ("a phone's MOV", mov, clip_with_track(b"mebx", &format!("{h264} {apple}"), "mov")),
        ("HEVC", mp4, clip(hevc, "mp4")),
        ("AV1", mp4, clip(av1, "mp4")),
        ("a browser's WebM", "video/webm", clip(vp9, "webm")),
    ] {
        assert!(has_secret(&bytes), "{name}");
        let seen = look(&bytes, "video", content_type);
        let names: Vec<String> = seen.served().into_iter().map(|file| file.name).collect();
        assert_eq!(names.last().map(String::as_str), Some("preview_mp4"), "{name}: {names:?}");
        assert_silent(name, &seen, &json!(["Audio", "Video"]));
    }
}

#[test]
fn of_voice_notes_others_read_the_sound_and_nothing_else() {
    let tags = format!("-metadata title={SECRET} -metadata artist={SECRET} -metadata comment={SECRET}");
    let tone = "-f lavfi -i sine=440:duration=1";
    let cover =
        "-f lavfi -i testsrc2=size=100x100 -map 0 -map 1 -frames:v 1 -c:v mjpeg -disposition:v attached_pic";
    for (ending, options, content_type) in [
        ("mp3", format!("{tone} {cover} {tags}"), "audio/mpeg"),
        ("m4a", format!("{tone} {cover} -c:a aac {tags}"), "audio/mp4"),
        ("flac", format!("{tone} {cover} {tags}"), "audio/flac"),
        ("ogg", format!("{tone} -c:a libopus {tags}"), "audio/ogg"),
        ("wav", format!("{tone} {tags} -write_bext 1 -metadata description={SECRET}"), "audio/wav"),
    ] {
        let bytes = recording(&options, ending);
        assert!(has_secret(&bytes), "{ending}");
        assert_silent(ending, &look(&bytes, "audio", content_type), &json!(["Audio"]));
    }
}
