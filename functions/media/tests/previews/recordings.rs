//! Video and sound: how long, how large, what is drawn of them, and what is gone from them.

use crate::corpus::avif::{Grid, pasted};
use crate::corpus::recordings::{clip, mp4, recording};
use crate::others::{assert_read_upright, assert_upright_and_silent};
use crate::worker::{Seen, look};
use serde_json::{Value, json};

fn assert_gone(seen: &Seen, words: &[&[u8]]) {
    let (clean, _) = seen.file("clean");
    for word in words {
        let found = clean.windows(word.len()).any(|part| part == *word);
        assert!(!found, "{} is still there", String::from_utf8_lossy(word));
    }
}

/// Within a frame or two.
fn assert_lasts(seen: &Seen, expected_ms: u64) {
    let duration = seen.ready()["duration_ms"].as_u64().unwrap();
    assert!(duration.abs_diff(expected_ms) < 120, "{duration} ms");
}

fn assert_video(upload: &[u8], content_type: &str) -> Seen {
    let seen = look(upload, "video", content_type);
    let ready = seen.ready();
    assert_eq!((&ready["width"], &ready["height"]), (&json!(640), &json!(360)), "{content_type}");
    assert_lasts(&seen, 4000);
    assert_eq!(seen.file("clean").1, content_type);
    let names: Vec<(String, u64, u64)> = seen.variants();
    let sized = |name: &str, width, height| (name.to_owned(), width, height);
    let expected = [
        sized("jpeg_256", 256, 144),
        sized("webp_256", 256, 144),
        sized("jpeg_640", 640, 360),
        sized("webp_640", 640, 360),
        sized("preview_mp4", 320, 180),
    ];
    assert_eq!(names, expected, "{content_type}");
    assert!(ready["thumbhash"].is_array());
    assert_gone(&seen, &[b"SECRETTITLE", b"48.8577"]);
    assert!(seen.peak < 512 << 20, "{content_type}: {} MB", seen.peak >> 20);
    println!("{content_type}: {} MB, {} ms", seen.peak >> 20, seen.wall_ms);
    seen
}

#[test]
fn clips_of_phones_and_browsers_are_opened() {
    assert_video(&mp4(), "video/mp4");
    assert_video(&clip("mov", "-c:v libx264 -preset ultrafast -c:a aac"), "video/quicktime");
    assert_video(&clip("webm", "-c:v libvpx -deadline realtime -c:a libopus"), "video/webm");
}

#[test]
fn the_short_part_is_short_small_and_silent() {
    let seen = assert_video(&mp4(), "video/mp4");
    let (preview, content_type) = seen.file("preview_mp4");
    assert_eq!(content_type, "video/mp4");
    assert!(preview.len() < 200_000, "{} bytes", preview.len());
    assert!(!preview.windows(4).any(|part| part == b"soun"), "it has sound");
    // It is a clip itself.
    let again = look(&preview, "video", "video/mp4");
    assert_lasts(&again, 3000);
}

#[test]
fn a_turned_clip_is_as_high_as_it_is_seen() {
    let folder = crate::worker::Folder::new();
    let upright = folder.path().join("stored.mp4");
    std::fs::write(&upright, mp4()).unwrap();
    let turned = recording(&format!("-display_rotation 90 -i {} -c copy", upright.display()), "mp4");
    let seen = look(&turned, "video", "video/mp4");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(360), &json!(640)));
    assert_eq!(seen.variants()[0], ("jpeg_256".to_owned(), 144, 256));
    // Whoever plays the clean copy turns it too.
    let again = look(&seen.file("clean").0, "video", "video/mp4");
    assert_eq!(again.ready()["height"], 640);
}

#[test]
fn recordings_have_a_length_and_a_shape() {
    // Half a second of silence, then a tone.
    let tone = "-f lavfi -i aevalsrc=if(gt(t\\,0.5)\\,sin(440*2*PI*t)/2\\,0):d=2 -metadata title=SECRETTITLE";
    for (ending, codec, content_type) in [
        ("mp3", "", "audio/mpeg"),
        ("m4a", "-c:a aac", "audio/mp4"),
        ("ogg", "-c:a libopus", "audio/ogg"),
        ("wav", "", "audio/wav"),
        ("flac", "", "audio/flac"),
    ] {
        let seen = look(&recording(&format!("{tone} {codec}"), ending), "audio", content_type);
        assert_lasts(&seen, 2000);
        let waveform = seen.ready()["waveform"].as_array().unwrap();
        let points: Vec<u64> = waveform.iter().filter_map(Value::as_u64).collect();
        assert!((128..=256).contains(&points.len()), "{content_type}: {} points", points.len());
        assert!(points[points.len() / 10] < 5 && points[points.len() / 2] > 80, "{content_type}: {points:?}");
        assert_eq!(points.iter().max(), Some(&100));
        assert_eq!(seen.file("clean").1, content_type);
        assert_eq!(seen.variants(), []);
        assert_gone(&seen, &[b"SECRETTITLE"]);
        println!("{content_type}: {} MB, {} ms", seen.peak >> 20, seen.wall_ms);
    }
}

#[test]
fn a_cover_is_no_video_and_does_not_stay() {
    let song = "-f lavfi -i sine=440:duration=1 -f lavfi -i testsrc2=size=300x300 -frames:v 1 -c:v mjpeg -disposition:v attached_pic -c:a aac -shortest";
    let upload = recording(song, "m4a");
    assert_eq!(look(&upload, "video", "video/mp4").failure(), Some("type_mismatch"));
    let seen = look(&upload, "audio", "audio/mp4");
    assert_gone(&seen, &[b"JFIF", b"covr"]);
}

#[test]
fn avif_is_a_picture() {
    let upload = recording(
        "-f lavfi -i testsrc2=size=800x400 -frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8",
        "avif",
    );
    let seen = look(&upload, "image", "image/avif");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(800), &json!(400)));
    assert_eq!(seen.variants().len(), 6);
    assert_eq!(seen.file("clean").1, "image/jpeg");
    assert_eq!(look(&upload, "image", "image/jpeg").failure(), Some("type_mismatch"));
    assert_eq!(look(&upload[..upload.len() / 2], "image", "image/avif").failure(), Some("damaged"));
}

/// A red corner at the upper left, and a blue one at the upper right.
const CORNERS: &str = "color=white:size=300x200,format=yuv444p,drawbox=w=100:h=80:color=red:t=fill,drawbox=x=220:w=80:h=80:color=blue:t=fill";

#[test]
fn an_avif_of_parts_is_one_picture_upright() {
    // As it is stored for each quarter of a turn against the clock.
    for (turned, stored, part) in [
        (0, "", [150, 100]),
        (1, ",transpose=clock", [100, 150]),
        (2, ",hflip,vflip", [150, 100]),
        (3, ",transpose=cclock", [100, 150]),
    ] {
        let grid = Grid { rows: 2, columns: 2, part, turned };
        let upload = pasted(&format!("{CORNERS}{stored}"), grid);
        if turned == 0 {
            assert_read_upright(&upload);
        }
        let seen = look(&upload, "image", "image/avif");
        assert_upright_and_silent("an AVIF of parts", &seen, (300, 200), 1);
    }
    // A photograph's parts are as many as a phone makes.
    let grid = Grid { rows: 6, columns: 8, part: [64, 64], turned: 0 };
    let seen = look(&pasted("testsrc2=size=512x384", grid), "image", "image/avif");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(512), &json!(384)));
}

/// Phones write more than eight bits a colour.
#[test]
fn ten_bits_are_a_picture_too() {
    let source = "-f lavfi -i testsrc2=size=320x180:rate=10:duration=1 -pix_fmt yuv420p10le";
    let clip = recording(&format!("{source} -c:v libx265 -x265-params log-level=error -tag:v hvc1"), "mov");
    let seen = look(&clip, "video", "video/quicktime");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(320), &json!(180)));
    assert_eq!(seen.variants().last(), Some(&("preview_mp4".to_owned(), 320, 180)));
    let picture =
        recording(&format!("{source} -frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8"), "avif");
    let seen = look(&picture, "image", "image/avif");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(320), &json!(180)));
}

#[test]
fn a_worker_without_ffmpeg_tries_again_later() {
    let folder = crate::worker::Folder::new();
    let upload = folder.path().join("upload");
    std::fs::write(&upload, mp4()).unwrap();
    let made =
        crate::worker::run("/nonexistent/ffmpeg".as_ref(), &upload, "video", "video/mp4", folder.path(), &[]);
    assert!(made["made"]["interrupted"].is_string(), "{made}");
}
