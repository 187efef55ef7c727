//! Documents: the first page of a PDF, as it is drawn.

use crate::corpus::documents::{page, stream};
use crate::worker::look;
use serde_json::json;

/// The red of a pixel of a JPEG.
fn red(jpeg: &[u8], x: usize, y: usize) -> u8 {
    use zune_jpeg::zune_core::bytestream::ZCursor;
    let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (width, _) = decoder.dimensions().unwrap();
    pixels[(y * width + x) * 3]
}

#[test]
fn the_first_page_is_drawn_upright_on_white() {
    // A black square in the upper half, and words.
    let content = stream("", b"0 0 0 rg 100 600 200 200 re f BT /F 40 Tf 100 100 Td (Hello) Tj ET");
    let seen = look(&page("0 0 600 1200", content, &[]), "file", "application/pdf");
    let names: Vec<String> = seen.variants().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["jpeg_256", "webp_256", "jpeg_640", "webp_640", "jpeg_1280", "webp_1280"]);
    assert_eq!(seen.variants()[4], ("jpeg_1280".to_owned(), 640, 1280));
    let picture = seen.file("jpeg_1280").0;
    assert!(red(&picture, 200, 550) < 30, "the square is not there");
    assert!(red(&picture, 200, 900) > 230, "the page is not white");
    assert!((0..640).any(|x| red(&picture, x, 1158) < 100), "no words");
    // The file itself is served as it came, and has no size of its own.
    assert_eq!(seen.ready()["clean"], json!(null));
    assert_eq!(seen.ready()["width"], json!(null));
    assert!(seen.ready()["thumbhash"].is_array());
}
