//! The largest files that are opened, and a little larger ones.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor};

use super::join;
use super::pictures::{chunk, exif, pattern, png_of_type, riff, u24, with_segments};

/// A side of what is repeated.
const TILE: u16 = 512;

/// A pattern over and over: what is large is made without being in memory.
struct Tiled {
    width: u16,
    height: u16,
    tile: Vec<u8>,
}

impl Tiled {
    fn new(width: u16, height: u16) -> Self {
        Self { width, height, tile: pattern(TILE.into(), TILE.into()) }
    }

    fn row(&self, y: usize) -> impl Iterator<Item = &[u8]> {
        let tile = usize::from(TILE);
        let row = &self.tile[y % tile * tile * 3..][..tile * 3];
        row.chunks_exact(3).cycle().take(self.width.into())
    }
}

impl ImageBuffer for Tiled {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        for pixel in self.row(y.into()) {
            for (buffer, value) in buffers.iter_mut().zip(pixel) {
                buffer.push(*value);
            }
        }
    }
}

/// A JPEG to be turned.
pub fn jpeg(width: u16, height: u16, sampling: SamplingFactor, progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 60);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    encoder.encode_image(Tiled::new(width, height)).unwrap();
    with_segments(&bytes, &exif(6))
}

/// A PNG of this type of colour, of so many bytes a pixel, to be turned; its rows come in seven passes if it is interlaced.
pub fn png(width: u32, height: u32, color: u8, bytes_of_pixel: usize, interlaced: bool) -> Vec<u8> {
    /// Where a pass begins and how far its pixels are from each other, across and down (PNG, 8.1).
    const PASSES: [[u32; 4]; 7] =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let passes = if interlaced { PASSES.as_slice() } else { &[[0, 0, 1, 1]] };
    for [left, top, across, down] in passes {
        let (columns, rows) = ((width - left).div_ceil(*across), (height - top).div_ceil(*down));
        // A filter's number, and pixels that are not opaque.
        let row = vec![0; columns as usize * bytes_of_pixel + 1];
        (0..rows).for_each(|_| packed.write_all(&row).unwrap());
    }
    let turned = chunk(b"eXIf", b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0");
    png_of_type(width, height, [8, color, 0, 0, u8::from(interlaced)], &turned, &packed.finish().unwrap())
}

/// An animated PNG whose frames are as large as itself.
pub fn moving_png(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; width as usize * 4 + 1];
    (0..height).for_each(|_| packed.write_all(&row).unwrap());
    let data = packed.finish().unwrap();
    let control = |number: u32| {
        let sides = [number, width, height, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &join(&[&sides, &[0, 1, 0, 10, 0, 0]]))
    };
    let rest: Vec<u8> = (1..frames)
        .flat_map(|frame| {
            let body = join(&[&(frame * 2).to_be_bytes(), &data]);
            [control(frame * 2 - 1), chunk(b"fdAT", &body)].concat()
        })
        .collect();
    let before = join(&[&chunk(b"acTL", &join(&[&frames.to_be_bytes(), &[0; 4]])), &control(0)]);
    let whole = png_of_type(width, height, [8, 6, 0, 0, 0], &before, &data);
    let (head, end) = whole.split_at(whole.len() - 12);
    join(&[head, &rest, end])
}

/// How a `WebP` is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    Lossy,
    Lossless,
}

/// A `WebP` of few colours.
pub fn webp(width: u32, height: u32, packed: Packed, opaque: bool) -> Vec<u8> {
    let (pixels, channels) = (width as usize * height as usize, if opaque { 3 } else { 4 });
    let pattern = pattern(TILE.into(), 1);
    let row: Vec<u8> = pattern
        .chunks_exact(3)
        .flat_map(|pixel| [pixel[0], pixel[1], 0, 128].into_iter().take(channels))
        .cycle()
        .take(width as usize * channels)
        .collect();
    let data = row.repeat(pixels / width as usize);
    let layout = if opaque { webp::PixelLayout::Rgb } else { webp::PixelLayout::Rgba };
    let mut config = webp::WebPConfig::new().unwrap();
    (config.lossless, config.method, config.quality) = (i32::from(packed == Packed::Lossless), 0, 30.0);
    webp::Encoder::new(&data, layout, width, height).encode_advanced(&config).unwrap().to_vec()
}

/// A `WebP` of frames that are as large as itself.
pub fn moving_webp(width: u32, height: u32, frames: usize) -> Vec<u8> {
    let picture = webp(width, height, Packed::Lossy, true)[12..].to_vec();
    let extended = join(&[&[0b1_0010, 0, 0, 0], &u24(width - 1), &u24(height - 1)]);
    let sides = join(&[&u24(width - 1), &u24(height - 1)]);
    let frame = join(&[&u24(0), &u24(0), &sides, &u24(100), &[0], &picture]);
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"VP8X", extended), (b"ANIM", vec![0; 6])];
    chunks.extend((0..frames).map(|_| (b"ANMF", frame.clone())));
    riff(&chunks)
}
