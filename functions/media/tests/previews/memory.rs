//! Memory: at most 512 MB for a file that is served, and 256 MB for one that is refused, however large it is. Bytes are counted here and
//! nothing is timed, so these hold on any machine.

use jpeg_encoder::SamplingFactor::{R_4_2_0, R_4_4_4};

use crate::corpus::large::Packed::{Lossless, Lossy};
use crate::corpus::large::{jpeg, moving_png, moving_webp, png, webp};
use crate::corpus::pictures::{gif, patched};
use crate::corpus::recordings::recording;
use crate::worker::{ACCEPTED_PEAK, REFUSED_PEAK, look, look_within};

/// Files of one type, each with its name, and its failure unless it is served.
type Files<'a> = &'a [(&'a str, Option<&'a str>, &'a dyn Fn() -> Vec<u8>)];

fn assert_fit(kind: &str, content_type: &str, files: Files<'_>) {
    let mut wrong = Vec::new();
    for (name, expected, make) in files {
        let seen = look(&make(), kind, content_type);
        let figures = format!("{name}: {} MB", seen.peak >> 20);
        let limit = if expected.is_some() { REFUSED_PEAK } else { ACCEPTED_PEAK };
        if seen.failure() != *expected || (expected.is_none() && !seen.made["ready"].is_object()) {
            wrong.push(format!("{figures}: {}", seen.made));
        } else if seen.peak > limit {
            wrong.push(format!("{figures}: too much"));
        }
        println!("{figures}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TOO_MUCH: Option<&str> = Some("too_much_memory");

#[test]
fn photographs_fit() {
    let damaged = || {
        let whole = jpeg(8000, 5000, R_4_2_0, true);
        let last = whole.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
        // The last scan is of a component that is not there.
        patched(whole, last + 5, &[77])
    };
    assert_fit(
        "image",
        "image/jpeg",
        &[
            ("40 megapixels", None, &|| jpeg(8000, 5000, R_4_4_4, false)),
            ("40 megapixels in scans", None, &|| jpeg(8000, 5000, R_4_2_0, true)),
            ("34 megapixels in scans of all colours", None, &|| jpeg(6800, 5000, R_4_4_4, true)),
            ("40 megapixels in scans of all colours", TOO_MUCH, &|| jpeg(8000, 5000, R_4_4_4, true)),
            ("40 megapixels with a bad last scan", Some("damaged"), &damaged),
        ],
    );
}

#[test]
fn drawings_fit() {
    let cut = || {
        let whole = png(8000, 5000, 6, 4, true);
        whole[..whole.len() - 40].to_vec()
    };
    assert_fit(
        "image",
        "image/png",
        &[
            ("40 megapixels with opacity", None, &|| png(8000, 5000, 6, 4, false)),
            ("40 megapixels of 16 bits", None, &|| {
                let mut bytes = png(8000, 5000, 6, 8, false);
                bytes[24] = 16;
                with_sum(bytes)
            }),
            ("40 megapixels interlaced", None, &|| png(8000, 5000, 6, 4, true)),
            ("40 megapixels of grey with opacity", None, &|| png(8000, 5000, 4, 2, true)),
            ("16,384 x 2,441", None, &|| png(16_384, 2_441, 2, 3, false)),
            ("three frames of 16 megapixels", None, &|| moving_png(4000, 4000, 3)),
            ("three frames of 40 megapixels", TOO_MUCH, &|| moving_png(8000, 5000, 3)),
            ("40 megapixels cut off", Some("damaged"), &cut),
        ],
    );
}

/// With the sum of a header that was changed.
fn with_sum(bytes: Vec<u8>) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    patched(bytes, 29, &crc.sum().to_be_bytes())
}

#[test]
fn gifs_fit() {
    let cut = || {
        let whole = gif(8000, 5000, 2, 10);
        whole[..whole.len() - 200].to_vec()
    };
    assert_fit(
        "image",
        "image/gif",
        &[
            ("40 megapixels", None, &|| gif(8000, 5000, 1, 0)),
            ("six frames of 40 megapixels", None, &|| gif(8000, 5000, 6, 10)),
            ("1,000 frames", None, &|| gif(500, 500, 1_000, 10)),
            ("40 megapixels cut off", Some("damaged"), &cut),
        ],
    );
}

#[test]
fn webps_fit() {
    let cut = || {
        let whole = webp(8000, 5000, Lossy, true);
        // As long as it says, with nothing in it for the last rows.
        let zeros = vec![0xFF; whole.len() / 8];
        let at = whole.len() - zeros.len();
        patched(whole, at, &zeros)
    };
    assert_fit(
        "image",
        "image/webp",
        &[
            ("40 megapixels", None, &|| webp(8000, 5000, Lossy, true)),
            ("40 megapixels without loss", None, &|| webp(8000, 5000, Lossless, true)),
            ("40 megapixels without loss, with opacity", None, &|| webp(8000, 5000, Lossless, false)),
            ("15 megapixels with opacity", None, &|| webp(5000, 3000, Lossy, false)),
            ("40 megapixels with opacity", TOO_MUCH, &|| webp(8000, 5000, Lossy, false)),
            ("20 frames of 10 megapixels", None, &|| moving_webp(4000, 2500, 20)),
            ("three frames of 40 megapixels", TOO_MUCH, &|| moving_webp(8000, 5000, 3)),
            ("40 megapixels of which some are none", Some("damaged"), &cut),
        ],
    );
}

fn avif(size: &str, format: &str) -> Vec<u8> {
    let source = format!("-f lavfi -i color=red:size={size} -frames:v 1 -pix_fmt {format}");
    recording(&format!("{source} -c:v libaom-av1 -still-picture 1 -cpu-used 8 -usage realtime"), "avif")
}

#[test]
fn avifs_fit() {
    assert_fit(
        "image",
        "image/avif",
        &[
            ("24 megapixels", None, &|| avif("6000x4000", "yuv420p")),
            ("12 megapixels of all colours and ten bits", None, &|| avif("4000x3000", "yuv444p10le")),
            ("24 megapixels of all colours and ten bits", TOO_MUCH, &|| avif("6000x4000", "yuv444p10le")),
            ("40 megapixels", Some("too_many_pixels"), &|| avif("8000x5000", "yuv420p")),
        ],
    );
}

#[test]
fn videos_fit() {
    let clip = |size: &str, options: &str| {
        recording(&format!("-f lavfi -i testsrc2=size={size}:rate=10:duration=0.8 {options}"), "mp4")
    };
    let references = "-c:v libx264 -preset ultrafast -refs 6 -bf 3";
    let ten_bits = "-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params log-level=error";
    assert_fit(
        "video",
        "video/mp4",
        &[
            ("4K", None, &|| clip("3840x2160", references)),
            ("4K of ten bits", None, &|| clip("3840x2160", ten_bits)),
            ("8K", None, &|| clip("7680x4320", references)),
            ("larger than 40 megapixels", Some("too_many_pixels"), &|| clip("8192x5120", references)),
        ],
    );
}

/// The dearest picture, in every time from far too little to enough: until it is known to be good its time is short and its memory
/// small; from then on it is served, however late.
#[test]
fn no_time_is_just_long_enough_to_be_refused_with_much_memory() {
    let turned = png(8000, 5000, 6, 4, false);
    let (mut seconds, mut late) = (0.05, 0);
    loop {
        let seen = look_within(&turned, "image", "image/png", seconds);
        let figures = format!("{seconds:.2} s: {}, {} MB, {} ms", seen.made, seen.peak >> 20, seen.wall_ms);
        // A machine that is busy with other things is to blame, and not the file.
        if seen.made["interrupted"].is_null() {
            assert!(seen.failure().is_none_or(|reason| reason == "took_too_long"), "{figures}");
            let limit = if seen.failure().is_some() { REFUSED_PEAK } else { ACCEPTED_PEAK };
            assert!(seen.peak <= limit, "{figures}");
        }
        if seen.made["ready"].is_object() {
            let wall = std::time::Duration::from_millis(seen.wall_ms).as_secs_f64();
            if wall < seconds {
                break;
            }
            late += u32::from(wall > seconds * 1.2);
        }
        seconds *= 1.3;
    }
    assert!(late > 0, "no time was up while it was written");
}

#[test]
fn a_file_that_had_no_cpu_is_tried_again() {
    let seen = look_within(&jpeg(4000, 3000, R_4_2_0, false), "image", "image/jpeg", 0.001);
    assert!(seen.made["interrupted"].is_string(), "{}", seen.made);
}
