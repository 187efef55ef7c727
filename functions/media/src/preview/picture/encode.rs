//! Writing pictures.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use webp::{PixelLayout, WebPConfig, WebPEncodingError};

use super::pixels::Pixels;
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

/// JPEG's quality for what is looked at in full.
const CLEAN_QUALITY: u8 = 88;
/// JPEG's quality for smaller forms.
const SMALL_QUALITY: u8 = 78;
/// `WebP`'s quality for what is looked at in full.
const CLEAN_WEBP_QUALITY: f32 = 88.0;
/// `WebP`'s quality for smaller forms, which looks like [`SMALL_QUALITY`].
const SMALL_WEBP_QUALITY: f32 = 75.0;
/// How hard `WebP` tries, of 0 to 6: 4 takes twice as long for 6 % fewer bytes.
const WEBP_EFFORT: i32 = 2;
/// Pixels up to which a clean PNG is packed as well as it can be in little time; larger ones are packed quickly.
const WELL_PACKED: usize = 2_000_000;

/// Pixels up to which a clean form with opacity is a `WebP`: its encoder takes twenty bytes of memory for each.
const OPACITY_IN_WEBP: usize = 8_000_000;

/// The type that a clean form is written as which should have this one.
pub fn written_as(kind: Type, pixels: &Pixels) -> Type {
    let is_large = pixels.data.len() / pixels.channels > OPACITY_IN_WEBP;
    if kind == Type::WebP && pixels.has_alpha() && is_large { Type::Png } else { kind }
}

/// Writes the clean form.
pub fn clean(pixels: &Pixels, kind: Type, to: &Path) -> Result<(), Trouble> {
    match kind {
        Type::Jpeg => jpeg(pixels, CLEAN_QUALITY, to),
        Type::Png => png(pixels, to),
        Type::WebP => webp(pixels, CLEAN_WEBP_QUALITY, 0, to),
        // Those are written while they are read.
        Type::Gif => Err(Failure::UnsupportedFormat.into()),
    }
}

/// Writes a smaller form.
pub fn small(pixels: &Pixels, kind: Type, to: &Path) -> Result<(), Trouble> {
    match kind {
        Type::WebP => webp(pixels, SMALL_WEBP_QUALITY, WEBP_EFFORT, to),
        _ => jpeg(pixels, SMALL_QUALITY, to),
    }
}

fn jpeg(pixels: &Pixels, quality: u8, to: &Path) -> Result<(), Trouble> {
    let opaque;
    let pixels = if pixels.has_alpha() {
        opaque = pixels.on_white();
        &opaque
    } else {
        pixels
    };
    let side = |side: u32| u16::try_from(side).map_err(|_| Failure::TooManyPixels);
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    let mut file = BufWriter::new(File::create(to)?);
    let mut encoder = Encoder::new(&mut file, quality);
    // As cameras do.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder
        .encode(&pixels.data, width, height, ColorType::Rgb)
        .map_err(|failure| Trouble::machine("writing a JPEG", &failure))?;
    Ok(file.flush()?)
}

fn webp(pixels: &Pixels, quality: f32, effort: i32, to: &Path) -> Result<(), Trouble> {
    let refused = |reason: &dyn std::fmt::Debug| Trouble::machine("writing a WebP", &format!("{reason:?}"));
    let mut config = WebPConfig::new().map_err(|()| refused(&"its configuration"))?;
    config.quality = quality;
    config.method = effort;
    let layout = if pixels.has_alpha() { PixelLayout::Rgba } else { PixelLayout::Rgb };
    let encoder = webp::Encoder::new(&pixels.data, layout, pixels.width, pixels.height);
    let written = encoder.encode_advanced(&config).map_err(|failure| match failure {
        // Its configuration is ours.
        WebPEncodingError::VP8_ENC_ERROR_INVALID_CONFIGURATION => refused(&failure),
        // It has no room for the picture, in memory or in the format.
        _ => Failure::TooMuchMemory.into(),
    })?;
    Ok(std::fs::write(to, &*written)?)
}

fn png(pixels: &Pixels, to: &Path) -> Result<(), Trouble> {
    let refused = |failure: png::EncodingError| Trouble::machine("writing a PNG", &failure);
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(to)?), pixels.width, pixels.height);
    encoder.set_color(if pixels.has_alpha() { png::ColorType::Rgba } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    let quickly = pixels.data.len() / pixels.channels > WELL_PACKED;
    encoder.set_compression(if quickly { png::Compression::Fast } else { png::Compression::Balanced });
    let mut writer = encoder.write_header().map_err(refused)?;
    // Row by row: the whole packed picture need not be in memory.
    let mut stream = writer.stream_writer().map_err(refused)?;
    stream.write_all(&pixels.data)?;
    stream.finish().map_err(refused)?;
    writer.finish().map_err(refused)
}
