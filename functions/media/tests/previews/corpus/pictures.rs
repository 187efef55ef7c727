//! Hostile pictures.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Hostile, PAYLOAD, join, neutralised, refused};

/// Colours that no compression makes nothing of.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers, and their lowest bits"
)]
pub fn pattern(width: u32, height: u32) -> Vec<u8> {
    let mut data = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let wave =
                |scale: f32| ((x as f32 / scale).sin() * (y as f32 / scale).cos() * 100.0 + 128.0) as u8;
            data.extend([wave(7.0), wave(19.0), (x ^ y) as u8]);
        }
    }
    data
}

pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    let data = pattern(width.into(), height.into());
    encoder.encode(&data, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

/// A segment of a JPEG.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    join(&[&[0xFF, marker], &length, body])
}

/// A JPEG with more behind its first marker.
pub fn with_segments(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    join(&[&jpeg[..2], segments, &jpeg[2..]])
}

/// EXIF with an orientation, and with a place.
pub fn exif(orientation: u8) -> Vec<u8> {
    let directory = [
        b"\x12\x01\x03\0\x01\0\0\0".as_slice(),
        &[orientation, 0, 0, 0],
        b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0",
        b"\0\0\0\0GPSGPSGPS48.8577",
    ]
    .concat();
    segment(0xE1, &join(&[b"Exif\0\0II*\0\x08\0\0\0\x02\0", &directory]))
}

/// Where a marker's body begins.
pub fn body_of(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2).position(|pair| pair == [0xFF, marker]).unwrap() + 4
}

/// A JPEG whose frame claims this size.
fn claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(64, 64);
    let at = body_of(&bytes, 0xC0) + 1;
    bytes[at..at + 2].copy_from_slice(&height.to_be_bytes());
    bytes[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
    bytes
}

pub fn patched(mut bytes: Vec<u8>, at: usize, with: &[u8]) -> Vec<u8> {
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

/// A TIFF directory with an orientation and as many entries as it has room for, all of which point nowhere.
fn exif_bomb() -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\xFF\xFF".to_vec();
    while exif.len() < 65_000 {
        exif.extend(b"\x69\x87\x04\0\xFF\xFF\xFF\xFF\x08\0\0\0");
    }
    segment(0xE1, &exif)
}

fn icc_bomb() -> Vec<u8> {
    let part = |number: u8| segment(0xE2, &join(&[b"ICC_PROFILE\0", &[number, 255], &vec![0xFF; 65_000]]));
    (1..=255).flat_map(part).collect()
}

/// A progressive JPEG of many empty scans over many pixels.
fn scans() -> Vec<u8> {
    let frame = join(&[&[8], &2500_u16.to_be_bytes(), &16_000_u16.to_be_bytes(), &[1, 1, 0x11, 0]]);
    let scan = segment(0xDA, &[1, 1, 0, 0, 0, 0]);
    let table = segment(0xDB, &join(&[&[0], &[1; 64]]));
    join(&[b"\xFF\xD8", &table, &segment(0xC2, &frame), &scan.repeat(10_000), b"\xFF\xD9"])
}

/// A chunk of a PNG.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "names are written as strings of bytes")]
pub fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(body);
    join(&[&u32::try_from(body.len()).unwrap().to_be_bytes(), name, body, &crc.sum().to_be_bytes()])
}

pub fn png_of(width: u32, height: u32, before: &[u8], data: &[u8]) -> Vec<u8> {
    png_of_type(width, height, [8, 2, 0, 0, 0], before, data)
}

/// A PNG with the rest of its header: bits, type of colour, and how it is packed.
pub fn png_of_type(width: u32, height: u32, rest: [u8; 5], before: &[u8], data: &[u8]) -> Vec<u8> {
    let header = join(&[&width.to_be_bytes(), &height.to_be_bytes(), &rest]);
    join(&[
        b"\x89PNG\r\n\x1A\n",
        &chunk(b"IHDR", &header),
        before,
        &chunk(b"IDAT", data),
        &chunk(b"IEND", b""),
    ])
}

/// So many zeros, packed.
pub fn packed_zeros(megabytes: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..megabytes).for_each(|_| packed.write_all(&zeros).unwrap());
    packed.finish().unwrap()
}

/// A PNG of one colour: rows of zeros, each with its filter's number before it.
pub fn black_png(width: u32, height: u32, before: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; width as usize * 3 + 1];
    (0..height).for_each(|_| packed.write_all(&row).unwrap());
    png_of(width, height, before, &packed.finish().unwrap())
}

/// An animated PNG that says it has so many frames, and has some.
fn apng(claimed: u32, frames: u32, offset: u32) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    (0..8).for_each(|_| packed.write_all(&[0; 25]).unwrap());
    let data = packed.finish().unwrap();
    let control = |number: u32| {
        let place = if number == 0 { 0 } else { offset };
        let sides = [number, 8, 8, place, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &join(&[&sides, &[0, 1, 0, 10, 0, 0]]))
    };
    let mut rest = Vec::new();
    for frame in 1..frames {
        rest.extend(control(frame * 2 - 1));
        rest.extend(chunk(b"fdAT", &join(&[&(frame * 2).to_be_bytes(), &data])));
    }
    let before = join(&[&chunk(b"acTL", &join(&[&claimed.to_be_bytes(), &[0; 4]])), &control(0)]);
    let whole = png_of(8, 8, &before, &data);
    let (head, end) = whole.split_at(whole.len() - 12);
    join(&[head, &rest, end])
}

pub fn gif(width: u16, height: u16, frames: usize, delay: u16) -> Vec<u8> {
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &[0, 0, 0, 255, 255, 255]).unwrap();
    let mut frame = gif::Frame::from_indexed_pixels(
        width,
        height,
        vec![0; usize::from(width) * usize::from(height)],
        None,
    );
    frame.delay = delay;
    frame.make_lzw_pre_encoded();
    (0..frames).for_each(|_| encoder.write_lzw_pre_encoded_frame(&frame).unwrap());
    encoder.into_inner().unwrap()
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    webp::Encoder::from_rgb(&pattern(width, height), width, height).encode(80.0).to_vec()
}

pub fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, content) in chunks {
        body.extend(join(&[*name, &u32::try_from(content.len()).unwrap().to_le_bytes(), content]));
        body.resize(body.len().next_multiple_of(2), 0);
    }
    join(&[b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes(), &body])
}

pub fn u24(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}

/// A `WebP` whose canvas is so large, with frames at such places.
fn moving_webp(canvas: u32, frames: usize, at: u32) -> Vec<u8> {
    let picture = webp(16, 16)[12..].to_vec();
    let extended = join(&[&[0b10, 0, 0, 0], &u24(canvas - 1), &u24(canvas - 1)]);
    let frame = join(&[&u24(at / 2), &u24(0), &u24(15), &u24(15), &u24(100), &[0], &picture]);
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"VP8X", extended), (b"ANIM", vec![0; 6])];
    chunks.extend((0..frames).map(|_| (b"ANMF", frame.clone())));
    riff(&chunks)
}

#[expect(clippy::too_many_lines, reason = "a table, a file a line")]
pub fn all() -> Vec<Hostile> {
    let plain = jpeg(320, 240);
    let half = plain[..plain.len() / 2].to_vec();
    let table = body_of(&plain, 0xC4);
    let frame = body_of(&plain, 0xC0);
    let scan = body_of(&plain, 0xDA);
    let webp_plain = webp(200, 100);
    let png_plain = black_png(64, 64, b"");
    let svg = join(&[b"<svg xmlns='http://www.w3.org/2000/svg'>", PAYLOAD, b"</svg>"]);
    let j = "image/jpeg";
    let p = "image/png";
    let g = "image/gif";
    let w = "image/webp";
    let jpegs = vec![
        refused("nothing", "image", j, "empty", Vec::new()),
        refused("one byte", "image", j, "type_mismatch", vec![0xFF]),
        refused("a JPEG of 65,500 x 65,500", "image", j, "too_many_pixels", claiming(65_500, 65_500)),
        refused("a JPEG of 1 x 60,000", "image", j, "too_many_pixels", claiming(1, 60_000)),
        refused("a JPEG of 0 x 0", "image", j, "no_pixels", claiming(0, 0)),
        refused("half a JPEG", "image", j, "damaged", half),
        refused("a JPEG without a scan", "image", j, "damaged", b"\xFF\xD8\xFF\xD9".to_vec()),
        refused("a JPEG that claims more than it has", "image", j, "damaged", claiming(5_000, 5_000)),
        refused(
            "Huffman codes that are too many",
            "image",
            j,
            "damaged",
            patched(plain.clone(), table + 1, &[255; 16]),
        ),
        refused("a JPEG of two components", "image", j, "damaged", patched(plain.clone(), frame + 5, &[2])),
        refused("a JPEG of 200 components", "image", j, "damaged", patched(plain.clone(), frame + 5, &[200])),
        refused("sampling by 15", "image", j, "damaged", patched(plain.clone(), frame + 7, &[0xFF])),
        refused(
            "a scan of components that are not there",
            "image",
            j,
            "damaged",
            patched(plain.clone(), scan + 1, &[77]),
        ),
        refused("10,000 scans", "image", j, "too_complex", scans()),
        refused(
            "arithmetic coding",
            "image",
            j,
            "unsupported_format",
            patched(plain.clone(), frame - 3, &[0xC9]),
        ),
        refused(
            "lossless JPEG",
            "image",
            j,
            "unsupported_format",
            patched(plain.clone(), frame - 3, &[0xC3]),
        ),
        refused("12 bits a channel", "image", j, "unsupported_format", patched(plain.clone(), frame, &[12])),
        neutralised(
            "a JPEG that is a page too",
            "image",
            j,
            join(&[&plain, PAYLOAD, b"PK\x03\x04", PAYLOAD]),
        ),
        neutralised("a page in a comment", "image", j, with_segments(&plain, &segment(0xFE, PAYLOAD))),
        neutralised("an EXIF bomb", "image", j, with_segments(&plain, &exif_bomb().repeat(100))),
        neutralised("an ICC bomb", "image", j, with_segments(&plain, &icc_bomb())),
    ];
    let pngs = vec![
        refused(
            "a PNG of 50,000 x 50,000",
            "image",
            p,
            "too_many_pixels",
            png_of(50_000, 50_000, b"", &packed_zeros(4)),
        ),
        refused("a PNG of 0 x 0", "image", p, "no_pixels", png_of(0, 0, b"", &packed_zeros(1))),
        refused(
            "a PNG with too few rows",
            "image",
            p,
            "damaged",
            png_of(6_000, 6_000, b"", &packed_zeros(8)),
        ),
        refused("half a PNG", "image", p, "damaged", png_plain[..png_plain.len() / 2].to_vec()),
        refused(
            "a PNG whose sums are wrong",
            "image",
            p,
            "damaged",
            patched(png_plain.clone(), 20, &[0, 0, 0, 65]),
        ),
        neutralised("gigabytes in 36 megapixels", "image", p, black_png(6_000, 6_000, b"")),
        neutralised(
            "a gigabyte of profile",
            "image",
            p,
            black_png(64, 64, &chunk(b"iCCP", &join(&[b"x\0\0", &packed_zeros(1024)]))),
        ),
        neutralised(
            "a gigabyte of text",
            "image",
            p,
            black_png(64, 64, &chunk(b"zTXt", &join(&[b"x\0\0", &packed_zeros(1024)]))),
        ),
        neutralised(
            "a gigabyte of text in Unicode",
            "image",
            p,
            black_png(64, 64, &chunk(b"iTXt", &join(&[b"x\0\x01\0\0\0", &packed_zeros(1024)]))),
        ),
        neutralised(
            "a page in a text",
            "image",
            p,
            black_png(64, 64, &chunk(b"tEXt", &join(&[b"Comment\0", PAYLOAD]))),
        ),
        neutralised("a PNG that is a page too", "image", p, join(&[&png_plain, PAYLOAD])),
        refused("an APNG of two billion frames", "image", p, "too_many_frames", apng(0x7FFF_FFFF, 2, 0)),
        refused("an APNG of 2,000 frames", "image", p, "too_many_frames", apng(2_000, 2_000, 0)),
        refused("an APNG of frames that are not there", "image", p, "damaged", apng(900, 3, 0)),
        refused("a frame outside of its APNG", "image", p, "damaged", apng(3, 3, 100)),
    ];
    let others = vec![
        refused("a GIF that does not end", "image", g, "too_many_frames", gif(8, 8, 50_000, 1)),
        refused("a GIF of 100 x 25 megapixels", "image", g, "too_many_pixels", gif(5_000, 5_000, 100, 1)),
        refused(
            "a GIF of 65,535 x 65,535",
            "image",
            g,
            "too_many_pixels",
            patched(gif(8, 8, 1, 1), 6, &[0xFF; 4]),
        ),
        refused("a GIF of 0 x 0", "image", g, "no_pixels", patched(gif(8, 8, 1, 1), 6, &[0; 4])),
        refused("a GIF of ten hours", "image", g, "too_long", gif(8, 8, 100, 36_000)),
        refused("half a GIF", "image", g, "damaged", {
            let whole = gif(500, 500, 1, 1);
            whole[..whole.len() / 2].to_vec()
        }),
        refused("a GIF that is a script", "image", g, "no_pixels", join(&[b"GIF89a/*\0\0*/=1;", PAYLOAD])),
        neutralised("a GIF that is a page too", "image", g, join(&[&gif(8, 8, 3, 10), PAYLOAD])),
        refused("a WebP whose canvas lies", "image", w, "too_many_pixels", moving_webp(16_384, 1, 0)),
        refused("a frame outside of its WebP", "image", w, "damaged", moving_webp(32, 2, 4_000)),
        refused("a WebP of 3,000 frames", "image", w, "too_many_frames", moving_webp(32, 3_000, 0)),
        refused("a WebP of 100,000 frames", "image", w, "too_complex", moving_webp(32, 100_000, 0)),
        refused(
            "a WebP whose length lies",
            "image",
            w,
            "damaged",
            patched(webp_plain.clone(), 4, &[0xFF, 0xFF, 0xFF, 0x7F]),
        ),
        refused("half a WebP", "image", w, "damaged", webp_plain[..webp_plain.len() / 2].to_vec()),
        refused("a WebP of nothing", "image", w, "damaged", riff(&[])),
        neutralised("a WebP that is a page too", "image", w, join(&[&webp_plain, PAYLOAD])),
        refused("a drawing with a script, as PNG", "image", p, "type_mismatch", svg.clone()),
        refused("a drawing with a script, as itself", "image", "image/svg+xml", "unsupported_format", svg),
        refused("a page as JPEG", "image", j, "type_mismatch", join(&[b"<!doctype html>", PAYLOAD])),
        refused("a PNG as JPEG", "image", j, "type_mismatch", png_plain),
        refused(
            "HEIC as JPEG",
            "image",
            j,
            "unsupported_format",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
        ),
        refused("TIFF as PNG", "image", p, "unsupported_format", b"II*\0\x08\0\0\0\0\0".to_vec()),
        refused("a program as WebP", "image", w, "type_mismatch", b"\x7FELF\x02\x01\x01\0".to_vec()),
    ];
    [jpegs, pngs, others].into_iter().flatten().collect()
}
