//! Pictures: their smaller forms, which way up they are, their colours, and what is gone from them.

use crate::corpus::further_pictures::inks;
use crate::corpus::pictures::{exif, jpeg, pattern, with_segments};
use crate::worker::{Seen, look};
use serde_json::json;

/// The pixels of a JPEG.
fn decoded(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    use zune_jpeg::zune_core::bytestream::ZCursor;
    let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    (width, height, pixels)
}

fn names(seen: &Seen) -> Vec<String> {
    seen.variants().into_iter().map(|(name, ..)| name).collect()
}

#[test]
fn a_photograph_gets_all_sizes_in_both_types() {
    let seen = look(&jpeg(2000, 1000), "image", "image/jpeg");
    let sizes = [(256, 128), (640, 320), (1280, 640)];
    let expected: Vec<(String, u64, u64)> = (sizes.iter())
        .flat_map(|(width, height)| ["jpeg", "webp"].map(|kind| (format!("{kind}_{width}"), *width, *height)))
        .collect();
    assert_eq!(seen.variants(), expected);
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(2000), &json!(1000)));
    assert!(seen.ready()["thumbhash"].as_array().unwrap().len() > 10);
    assert_eq!(seen.file("clean").1, "image/jpeg");
    let (width, height, pixels) = decoded(&seen.file("jpeg_256").0);
    assert_eq!((width, height), (256, 128));
    // It is the same picture: its mean is that of the whole.
    let mean =
        |pixels: &[u8]| pixels.iter().map(|value| u64::from(*value)).sum::<u64>() / pixels.len() as u64;
    assert!(mean(&pixels).abs_diff(mean(&pattern(2000, 1000))) < 3);
    let webp = image_webp::WebPDecoder::new(std::io::Cursor::new(seen.file("webp_640").0)).unwrap();
    assert_eq!(webp.dimensions(), (640, 320));
}

#[test]
fn nothing_is_made_larger_than_it_is() {
    let seen = look(&jpeg(500, 300), "image", "image/jpeg");
    assert_eq!(names(&seen), ["jpeg_256", "webp_256", "jpeg_640", "webp_640"]);
    assert_eq!(seen.variants()[2], ("jpeg_640".to_owned(), 500, 300));
    let seen = look(&jpeg(5, 3), "image", "image/jpeg");
    assert_eq!(seen.variants(), [("jpeg_256".to_owned(), 5, 3), ("webp_256".to_owned(), 5, 3)]);
    // However thin it is, a pixel stays.
    let seen = look(&jpeg(3000, 1), "image", "image/jpeg");
    assert_eq!(seen.variants()[0], ("jpeg_256".to_owned(), 256, 1));
}

#[test]
fn a_turned_photograph_is_turned_back_and_its_place_is_gone() {
    let upload = with_segments(&jpeg(800, 600), &exif(6));
    let seen = look(&upload, "image", "image/jpeg");
    assert_eq!((&seen.ready()["width"], &seen.ready()["height"]), (&json!(600), &json!(800)));
    assert_eq!(seen.variants()[0], ("jpeg_256".to_owned(), 192, 256));
    let (width, height, turned) = decoded(&seen.file("clean").0);
    assert_eq!((width, height), (600, 800));
    // What was at the lower left is at the upper left.
    let stored = pattern(800, 600);
    let pixel = |pixels: &[u8], at: usize| pixels[at * 3..at * 3 + 3].to_vec();
    let near = |one: &[u8], two: &[u8]| one.iter().zip(two).all(|(one, two)| one.abs_diff(*two) < 40);
    assert!(near(&pixel(&turned, 0), &pixel(&stored, 599 * 800)));
    for file in seen.files() {
        for word in [b"Exif".as_slice(), b"GPS", b"II*\0"] {
            assert!(!file.windows(word.len()).any(|part| part == word), "{word:?} is still there");
        }
    }
}

#[test]
fn opacity_stays_where_there_is_any() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 400, 200);
    encoder.set_color(png::ColorType::Rgba);
    let half: Vec<u8> =
        (0..400 * 200).flat_map(|at| [255, 0, 0, if at % 400 < 200 { 0 } else { 255 }]).collect();
    encoder.write_header().unwrap().write_image_data(&half).unwrap();
    let seen = look(&bytes, "image", "image/png");
    let mut webp = image_webp::WebPDecoder::new(std::io::Cursor::new(seen.file("webp_256").0)).unwrap();
    assert!(webp.has_alpha());
    let mut pixels = vec![0; webp.output_buffer_size().unwrap()];
    webp.read_image(&mut pixels).unwrap();
    assert_eq!((pixels[3], pixels[255 * 4 + 3]), (0, 255));
    // JPEG has none: it is on white.
    let (_, _, pixels) = decoded(&seen.file("jpeg_256").0);
    assert!(pixels[..3].iter().all(|value| *value > 245), "{:?}", &pixels[..3]);
    assert_eq!(seen.file("clean").1, "image/png");
    let whole = png::Decoder::new(std::io::Cursor::new(seen.file("clean").0)).read_info().unwrap();
    assert_eq!((whole.info().width, whole.info().color_type), (400, png::ColorType::Rgba));
}

#[test]
fn sixteen_bits_grey_and_palettes_are_pictures_too() {
    for (color, depth, bytes_of_pixel) in [
        (png::ColorType::Grayscale, png::BitDepth::Eight, 1),
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Sixteen, 4),
        (png::ColorType::Rgba, png::BitDepth::Sixteen, 8),
        (png::ColorType::Indexed, png::BitDepth::Eight, 1),
    ] {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 30, 20);
        encoder.set_color(color);
        encoder.set_depth(depth);
        encoder.set_palette([0, 0, 255].repeat(256));
        encoder.write_header().unwrap().write_image_data(&vec![200; 600 * bytes_of_pixel]).unwrap();
        let seen = look(&bytes, "image", "image/png");
        assert_eq!(seen.variants()[0], ("jpeg_256".to_owned(), 30, 20), "{color:?}");
    }
}

#[test]
fn four_inks_are_the_colours_they_print() {
    let seen = look(&inks(300, 200), "image", "image/jpeg");
    let (_, _, pixels) = decoded(&seen.file("jpeg_256").0);
    assert!(pixels[0] > 200 && pixels[1] < 60 && pixels[2] < 60, "{:?}", &pixels[..3]);
}

#[test]
fn an_animation_stays_one() {
    let mut encoder = gif::Encoder::new(Vec::new(), 60, 40, &[255, 0, 0, 0, 255, 0]).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    for shade in 0..2 {
        let mut frame = gif::Frame::from_indexed_pixels(60, 40, vec![shade; 2400], None);
        frame.delay = 25;
        encoder.write_frame(&frame).unwrap();
    }
    let seen = look(&encoder.into_inner().unwrap(), "image", "image/gif");
    assert_eq!(seen.ready()["duration_ms"], 500);
    // Still forms show its first frame.
    let (_, _, pixels) = decoded(&seen.file("jpeg_256").0);
    assert!(pixels[0] > 240 && pixels[1] < 15, "{:?}", &pixels[..3]);
    let (clean, content_type) = seen.file("clean");
    assert_eq!(content_type, "image/gif");
    let mut decoder = gif::DecodeOptions::new().read_info(clean.as_slice()).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        frames.push((frame.delay, frame.buffer[0]));
    }
    assert_eq!(frames, [(25, 0), (25, 1)]);
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
}

#[test]
fn a_moving_webp_stays_one_without_what_was_beside_it() {
    let config = webp::WebPConfig::new().unwrap();
    let mut encoder = webp::AnimEncoder::new(64, 48, &config);
    let (one, two) = (pattern(64, 48), vec![9; 64 * 48 * 3]);
    encoder.add_frame(webp::AnimFrame::from_rgb(&one, 64, 48, 0));
    encoder.add_frame(webp::AnimFrame::from_rgb(&two, 64, 48, 300));
    let mut bytes = encoder.encode().to_vec();
    bytes.extend(b"EXIF\x04\0\0\0GPS!");
    let length = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    let seen = look(&bytes, "image", "image/webp");
    let (clean, content_type) = seen.file("clean");
    assert_eq!(content_type, "image/webp");
    assert!(!clean.windows(4).any(|part| part == b"GPS!"));
    let decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(clean)).unwrap();
    assert!(decoder.is_animated() && decoder.num_frames() == 2);
}

#[test]
fn what_cannot_be_had_is_no_reason_to_fail_for_a_file() {
    let seen = look(b"anything at all", "file", "application/octet-stream");
    assert_eq!(seen.variants(), []);
    assert_eq!(seen.ready()["clean"], json!(null));
}
