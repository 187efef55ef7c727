//! Files that nobody wrote: good ones, changed at random but the same each time. Whatever becomes of them, it is `ready` or `failed`, in
//! the time and the memory there is; a worker that is interrupted or dies would try them again, and in vain.
//!
//! `PROPTEST_CASES=5000 cargo test --test previews mutated` tries more of them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::corpus::documents::{page, stream};
use crate::corpus::large::{Packed, moving_png, moving_webp, webp};
use crate::corpus::pictures::{exif, gif, jpeg, with_segments};
use crate::corpus::recordings::{clip, recording};
use crate::worker::{ACCEPTED_PEAK, REFUSED_PEAK, look_in_time};

/// Numbers that formats count with, at their ends.
const ENDS: [u32; 8] = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF];

/// One change of a file. Places are parts of its length, in 65,536ths.
#[derive(Debug, Clone)]
enum Change {
    Flip(u16, u8),
    Number(u16, usize),
    Overwrite(u16, Vec<u8>),
    Insert(u16, Vec<u8>),
    Remove(u16, usize),
    /// A part of it once more, somewhere else.
    Repeat(u16, u16, usize),
    Cut(u16),
}

fn change() -> impl Strategy<Value = Change> {
    let bytes = || proptest::collection::vec(any::<u8>(), 1..40);
    prop_oneof![
        6 => (any::<u16>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        6 => (any::<u16>(), 0..ENDS.len()).prop_map(|(at, end)| Change::Number(at, end)),
        3 => (any::<u16>(), bytes()).prop_map(|(at, bytes)| Change::Overwrite(at, bytes)),
        2 => (any::<u16>(), bytes()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (any::<u16>(), 1..200_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        2 => (any::<u16>(), any::<u16>(), 1..2_000_usize).prop_map(|(from, to, length)| Change::Repeat(from, to, length)),
        1 => any::<u16>().prop_map(Change::Cut),
    ]
}

/// Where changes fall: anywhere, or twice as often in the first part, which is where files say what they are.
fn changes() -> impl Strategy<Value = (bool, Vec<Change>)> {
    (any::<bool>(), proptest::collection::vec(change(), 1..6))
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, near: bool) {
        let length = if near { bytes.len().min(600) } else { bytes.len() };
        let place = |at: u16| usize::from(at) * length / 65_536;
        match self {
            Self::Flip(at, bit) => {
                if let Some(byte) = bytes.get_mut(place(*at)) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Number(at, end) => overwrite(bytes, place(*at), &ENDS[*end].to_be_bytes()),
            Self::Overwrite(at, with) => overwrite(bytes, place(*at), with),
            Self::Insert(at, with) => drop(bytes.splice(place(*at)..place(*at), with.iter().copied())),
            Self::Remove(at, length) => drop(bytes.drain(place(*at)..bytes.len().min(place(*at) + length))),
            Self::Repeat(from, to, length) => {
                let part = bytes[place(*from)..bytes.len().min(place(*from) + length)].to_vec();
                bytes.splice(place(*to)..place(*to), part);
            }
            Self::Cut(at) => bytes.truncate(place(*at)),
        }
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (byte, new) in bytes.iter_mut().skip(at).zip(with) {
        *byte = *new;
    }
}

/// A good file with its kind and its type.
type Good = (&'static str, &'static str, Vec<u8>);

/// Changes them in turn, so many times, and says what is wrong with what became of any.
fn assert_ends_well(good: &[Good], times: u32) {
    let mut runner = TestRunner::deterministic();
    let (mut wrong, mut ready, mut peak) = (Vec::new(), 0, 0);
    for ((kind, content_type, bytes), number) in good.iter().cycle().zip(0..times) {
        let (near, changes) = changes().new_tree(&mut runner).unwrap().current();
        let mut bytes = bytes.clone();
        for change in changes {
            change.apply(&mut bytes, near);
        }
        let seen = look_in_time(&bytes, kind, content_type);
        let is_ready = seen.made["ready"].is_object();
        let limit = if is_ready { ACCEPTED_PEAK } else { REFUSED_PEAK };
        if !(is_ready || seen.failure().is_some()) || seen.peak > limit || seen.wall_ms > 10_000 {
            let kept = std::env::temp_dir().join(format!("talkify-mutated-{number}"));
            std::fs::write(&kept, &bytes).unwrap();
            let (megabytes, said) = (seen.peak >> 20, &seen.made);
            let figures = format!("{megabytes} MB, {} ms: {said}", seen.wall_ms);
            wrong.push(format!("{} as {content_type}: {figures}", kept.display()));
        }
        ready += u32::from(is_ready);
        peak = peak.max(seen.peak);
    }
    println!("{times} files, of which {ready} are ready; at most {} MB", peak >> 20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Some are hurt and some are not, or this tries nothing.
    assert!(0 < ready && ready < times, "{ready} of {times} are ready");
}

fn cases() -> u32 {
    ProptestConfig::default().cases
}

#[test]
fn mutated_pictures_and_documents_end_well() {
    let photograph = with_segments(&jpeg(320, 240), &exif(6));
    let mut in_scans = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut in_scans, 80);
    encoder.set_progressive(true);
    let pixels = crate::corpus::pictures::pattern(200, 150);
    encoder.encode(&pixels, 200, 150, jpeg_encoder::ColorType::Rgb).unwrap();
    let words = stream("", b"0 0 0 rg 100 600 200 200 re f BT /F 40 Tf 100 100 Td (Hello) Tj ET");
    let good = [
        ("image", "image/jpeg", photograph),
        ("image", "image/jpeg", in_scans),
        ("image", "image/png", crate::corpus::large::png(120, 90, 6, 4, true)),
        ("image", "image/png", moving_png(60, 40, 3)),
        ("image", "image/gif", gif(60, 40, 3, 10)),
        ("image", "image/webp", webp(200, 100, Packed::Lossy, false)),
        ("image", "image/webp", webp(200, 100, Packed::Lossless, true)),
        ("image", "image/webp", moving_webp(60, 40, 3)),
        ("file", "application/pdf", page("0 0 600 1200", words, &[])),
    ];
    assert_ends_well(&good, cases());
}

#[test]
fn mutated_recordings_end_well() {
    let tone = "-f lavfi -i sine=440:duration=0.5";
    let moving = "-f lavfi -i testsrc2=size=160x120:rate=10:duration=0.5";
    let still = "-frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8";
    let vp8 = "-c:v libvpx -deadline realtime -c:a libopus";
    let good = [
        ("video", "video/mp4", clip("mp4", "-c:v libx264 -preset ultrafast -c:a aac -t 0.5")),
        ("image", "image/avif", recording(&format!("{moving} {still}"), "avif")),
        ("video", "video/quicktime", recording(&format!("{moving} -c:v mjpeg"), "mov")),
        ("audio", "audio/mpeg", recording(tone, "mp3")),
        ("video", "video/webm", recording(&format!("{moving} {tone} {vp8}"), "webm")),
        ("audio", "audio/ogg", recording(&format!("{tone} -c:a libopus"), "ogg")),
        ("audio", "audio/mp4", recording(&format!("{tone} -c:a aac"), "m4a")),
        ("audio", "audio/flac", recording(tone, "flac")),
        ("audio", "audio/wav", recording(tone, "wav")),
    ];
    assert_ends_well(&good, cases() / 4);
}
