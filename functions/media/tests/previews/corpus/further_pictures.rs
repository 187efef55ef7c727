//! Hostile pictures that were made after the code: what formats allow and nobody expects.

use super::avif::{Grid, paste};
use super::pictures::{
    black_png, body_of, chunk, gif, jpeg, packed_zeros, patched, png_of, png_of_type, riff, segment, u24,
    webp, with_segments,
};
use super::{Hostile, PAYLOAD, join, neutralised, refused};

/// Bytes that are no code of anything.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}

/// The parts of a JPEG up to its coded data.
fn head(jpeg: &[u8]) -> &[u8] {
    let scan = body_of(jpeg, 0xDA);
    let length = usize::from(u16::from_be_bytes([jpeg[scan - 2], jpeg[scan - 1]]));
    &jpeg[..scan - 2 + length]
}

/// A segment of a JPEG, with its marker.
fn segment_of(jpeg: &[u8], marker: u8) -> &[u8] {
    let body = body_of(jpeg, marker);
    let length = usize::from(u16::from_be_bytes([jpeg[body - 2], jpeg[body - 1]]));
    &jpeg[body - 4..body - 2 + length]
}

/// A JPEG of four inks, as Adobe's programs write it.
pub fn inks(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    // No cyan, full magenta and yellow, no black: red.
    let data = [0, 255, 255, 0].repeat(usize::from(width) * usize::from(height));
    encoder.encode(&data, width, height, jpeg_encoder::ColorType::Cmyk).unwrap();
    bytes
}

pub fn jpegs() -> Vec<Hostile> {
    let j = "image/jpeg";
    let plain = jpeg(320, 240);
    let frame = segment_of(&plain, 0xC0);
    let codes = segment_of(&plain, 0xC4).to_vec();
    let quantisation = body_of(&plain, 0xDB);
    let restarts = b"\xFF\xD0\xFF\xD1\xFF\xD2\xFF\xD3\xFF\xD4\xFF\xD5\xFF\xD6\xFF\xD7".repeat(500_000);
    let every_block = segment(0xDD, &[0, 1]);
    vec![
        neutralised(
            "50 MB of fill bytes",
            "image",
            j,
            join(&[b"\xFF\xD8", &vec![0xFF; 50 << 20], &plain[2..]]),
        ),
        refused("a height that comes later", "image", j, "no_pixels", {
            let at = body_of(&plain, 0xC0) + 1;
            patched(plain.clone(), at, &[0, 0])
        }),
        refused("two frames in a JPEG", "image", j, "damaged", with_segments(&plain, frame)),
        neutralised(
            "a JPEG of nothing but restarts",
            "image",
            j,
            join(&[head(&with_segments(&plain, &every_block)), &restarts, b"\xFF\xD9"]),
        ),
        neutralised(
            "codes that are told 50,000 times",
            "image",
            j,
            with_segments(&plain, &codes.repeat(50_000)),
        ),
        refused("a JPEG without codes", "image", j, "damaged", {
            let at = plain.windows(codes.len()).position(|part| part == codes).unwrap();
            join(&[&plain[..at], &plain[at + codes.len()..]])
        }),
        neutralised(
            "quantisation by nothing",
            "image",
            j,
            patched(plain.clone(), quantisation + 1, &[0; 64]),
        ),
        neutralised("four inks", "image", j, inks(640, 480)),
        refused("a JPEG of noise", "image", j, "damaged", join(&[head(&plain), &noise(20_000), b"\xFF\xD9"])),
        neutralised("a place that names itself", "image", j, {
            // Its first directory is the second, too.
            let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08";
            with_segments(&plain, &segment(0xE1, exif))
        }),
    ]
}

pub fn pngs() -> Vec<Hostile> {
    let p = "image/png";
    let plain = black_png(64, 64, b"");
    let zeros = packed_zeros(1);
    let indexed = [8, 3, 0, 0, 0];
    let profile = patched(patched(vec![0; 200], 36, b"acsp"), 128, &[0xFF; 4]);
    let stored = {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
        packed.write_all(&profile).unwrap();
        packed.finish().unwrap()
    };
    vec![
        refused(
            "colours that are not there",
            "image",
            p,
            "damaged",
            png_of_type(64, 64, indexed, b"", &zeros),
        ),
        refused(
            "colours beyond their number",
            "image",
            p,
            "damaged",
            png_of_type(64, 64, indexed, &chunk(b"PLTE", &[1, 2, 3, 4]), &zeros),
        ),
        neutralised(
            "a million empty parts",
            "image",
            p,
            black_png(64, 64, &chunk(b"IDAT", b"").repeat(1_000_000)),
        ),
        refused("a part of 4 GB", "image", p, "damaged", patched(plain.clone(), 33, &[0xFF; 4])),
        refused("two headers", "image", p, "damaged", join(&[&plain[..33], &plain[8..]])),
        refused(
            "a picture of Apple's own",
            "image",
            p,
            "damaged",
            join(&[&plain[..8], &chunk(b"CgBI", &[0x50, 0, 0x20, 2]), &plain[8..]]),
        ),
        refused("pixels of noise", "image", p, "damaged", png_of(64, 64, b"", &noise(20_000))),
        neutralised(
            "a profile of four billion tags",
            "image",
            p,
            black_png(64, 64, &chunk(b"iCCP", &join(&[b"x\0\0", &stored]))),
        ),
        neutralised(
            "100,000 places of a picture",
            "image",
            p,
            black_png(64, 64, &chunk(b"eXIf", b"MM\0*\0\0\0\x08\xFF\xFF").repeat(100_000)),
        ),
        refused(
            "bits that no colour has",
            "image",
            p,
            "damaged",
            png_of_type(64, 64, [3, 2, 0, 0, 0], b"", &zeros),
        ),
        refused(
            "a sum of 500 MB in one row",
            "image",
            p,
            "too_many_pixels",
            png_of(160_000_000, 1, b"", &zeros),
        ),
    ]
}

/// Sub-blocks of a GIF.
fn blocks(content: &[u8]) -> Vec<u8> {
    let block = |part: &[u8]| join(&[&[u8::try_from(part.len()).unwrap()], part]);
    content.chunks(255).flat_map(block).chain([0]).collect()
}

pub fn gifs() -> Vec<Hostile> {
    let g = "image/gif";
    let plain = gif(64, 64, 1, 1);
    // The screen and its two colours end there.
    let (screen, frames) = plain.split_at(13 + 6);
    let comment = join(&[b"\x21\xFE", &blocks(&PAYLOAD.repeat(1_000_000))]);
    let place = [0, 0, 0, 0, 64, 0, 64, 0, 0];
    vec![
        neutralised("40 MB of comments", "image", g, join(&[screen, &comment, frames])),
        refused(
            "codes of 12 bits",
            "image",
            g,
            "damaged",
            join(&[screen, b",", &place, &[12], &blocks(&noise(9_000)), b";"]),
        ),
        refused("frames of nothing", "image", g, "no_pixels", {
            let nothing = join(&[b",", &[0; 9], &[2], &blocks(&[0x44, 1])]);
            join(&[screen, &nothing.repeat(900), b";"])
        }),
        refused("a GIF without colours", "image", g, "damaged", {
            let screen = patched(screen[..13].to_vec(), 10, &[0]);
            join(&[&screen, b",", &place, &[2], &blocks(&[0x44, 1]), b";"])
        }),
        refused("a screen with nothing on it", "image", g, "damaged", join(&[screen, b";"])),
        refused(
            "blocks that do not end",
            "image",
            g,
            "damaged",
            join(&[screen, b"\x21\xFE", &[255; 1 << 20]]),
        ),
    ]
}

/// An extended `WebP` of this canvas, with these flags.
fn extended(flags: u8, width: u32, height: u32, rest: &[(&'static [u8; 4], Vec<u8>)]) -> Vec<u8> {
    let head = join(&[&[flags, 0, 0, 0], &u24(width - 1), &u24(height - 1)]);
    riff(&[&[(b"VP8X", head)], rest].concat())
}

pub fn webps() -> Vec<Hostile> {
    let w = "image/webp";
    let plain = webp(16, 16);
    let lossy = plain[20..].to_vec();
    let frame = |milliseconds: u32| {
        let sides = join(&[&u24(15), &u24(15)]);
        join(&[&u24(0), &u24(0), &sides, &u24(milliseconds), &[0], &plain[12..]])
    };
    let moving = |frame: Vec<u8>| {
        extended(2, 16, 16, &[(b"ANIM", vec![0; 6]), (b"ANMF", frame.clone()), (b"ANMF", frame)])
    };
    let lossless = |bits: u32, rest: &[u8]| riff(&[(b"VP8L", join(&[&[0x2F], &bits.to_le_bytes(), rest]))]);
    vec![
        refused(
            "a canvas unlike its picture",
            "image",
            w,
            "damaged",
            extended(0, 4000, 4000, &[(b"VP8 ", lossy.clone())]),
        ),
        refused(
            "opacity of noise",
            "image",
            w,
            "damaged",
            extended(0x10, 16, 16, &[(b"ALPH", join(&[&[1], &noise(500)])), (b"VP8 ", lossy.clone())]),
        ),
        refused("lossless noise", "image", w, "damaged", lossless(63 | 63 << 14, &noise(5_000))),
        refused(
            "a lossless picture of 16,384 x 16,384, which its decoder counts as none",
            "image",
            w,
            "no_pixels",
            lossless(0x0FFF_FFFF, &noise(5_000)),
        ),
        neutralised(
            "a profile of 40 MB",
            "image",
            w,
            extended(0x20, 16, 16, &[(b"ICCP", vec![0xAA; 40 << 20]), (b"VP8 ", lossy.clone())]),
        ),
        refused("a frame of five hours", "image", w, "too_long", moving(frame(0xFF_FFFF))),
        refused("a frame that is cut off", "image", w, "damaged", moving(frame(100)[..40].to_vec())),
        refused(
            "an animation of no frames",
            "image",
            w,
            "damaged",
            extended(2, 16, 16, &[(b"ANIM", vec![0; 6])]),
        ),
        refused("a picture of pictures", "image", w, "damaged", riff(&[(b"VP8 ", plain.clone())])),
        neutralised(
            "pages beside a picture",
            "image",
            w,
            extended(
                0x0C,
                16,
                16,
                &[(b"EXIF", PAYLOAD.to_vec()), (b"XMP ", PAYLOAD.to_vec()), (b"VP8 ", lossy)],
            ),
        ),
    ]
}

/// AVIF that is pasted together of what is none.
pub fn avifs() -> Vec<Hostile> {
    let a = "image/avif";
    let grid = Grid { rows: 2, columns: 2, part: [64, 64], turned: 0 };
    let configuration = [0x81, 0, 0x0C, 0];
    let noise = noise(500);
    let part: &[u8] = &noise;
    let whole = [128, 128];
    let good = paste(grid, whole, &configuration, &[part; 4]);
    let of = |name: &[u8]| good.windows(name.len()).position(|window| window == name).unwrap();
    vec![
        refused("parts of noise", "image", a, "damaged", good.clone()),
        refused(
            "a picture of 65,535 x 65,535 in parts",
            "image",
            a,
            "damaged",
            paste(grid, [65_535; 2], &configuration, &[part; 4]),
        ),
        refused(
            "fewer parts than there are to be",
            "image",
            a,
            "damaged",
            paste(grid, whole, &configuration, &[part; 2]),
        ),
        refused("65,025 parts", "image", a, "too_complex", {
            let many = Grid { rows: 255, columns: 255, ..grid };
            paste(many, [16_320; 2], &configuration, &vec![&part[..8]; 65_025])
        }),
        refused(
            "a picture that is a part of itself",
            "image",
            a,
            "damaged",
            patched(good.clone(), of(b"dimg") + 8, &[0, 1, 0, 1, 0, 1, 0, 1]),
        ),
        refused(
            "a part that is elsewhere",
            "image",
            a,
            "damaged",
            patched(good.clone(), of(b"iloc") + 4 + 8 + 14 + 6, &[0x7F, 0xFF, 0xFF, 0xFF]),
        ),
    ]
}
