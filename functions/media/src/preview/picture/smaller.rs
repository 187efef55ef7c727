//! Smaller forms of a picture.

use std::path::Path;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::encode;
use super::exif::Orientation;
use super::pixels::Pixels;
use crate::preview::child::{Size, Smaller, Type};
use crate::preview::failure::Trouble;

/// The longest side of what a thumbhash is made of.
const LIKENESS: u32 = 100;

/// Writes the smaller forms, each made of the next larger one, and answers them with the thumbhash. None is larger than the picture:
/// the last one is of its own size.
pub fn make(
    pixels: &Pixels,
    orientation: Orientation,
    scratch: &Path,
) -> Result<(Vec<Smaller>, Vec<u8>), Trouble> {
    let longest = pixels.width.max(pixels.height);
    let needed = Size::ALL.iter().position(|size| size.pixels() >= longest).unwrap_or(Size::ALL.len() - 1);
    let mut resizer = Resizer::new();
    let mut made = Vec::new();
    let mut current: Option<Pixels> = None;
    for size in Size::ALL[..=needed].iter().rev() {
        let next = match &current {
            // Turned when it is small: that is cheap.
            None => fit(&mut resizer, pixels, size.pixels())?.turned(orientation),
            Some(larger) => fit(&mut resizer, larger, size.pixels())?,
        };
        for kind in [Type::WebP, Type::Jpeg] {
            let smaller = Smaller { size: *size, kind, width: next.width, height: next.height };
            encode::small(&next, kind, &scratch.join(smaller.name()))?;
            made.push(smaller);
        }
        current = Some(next);
    }
    made.reverse();
    let likeness = fit(&mut resizer, current.as_ref().unwrap_or(pixels), LIKENESS)?;
    let (width, height) = (likeness.width as usize, likeness.height as usize);
    Ok((made, thumbhash::rgba_to_thumb_hash(width, height, &likeness.rgba())))
}

/// The picture with no side longer than this.
fn fit(resizer: &mut Resizer, pixels: &Pixels, longest: u32) -> Result<Pixels, Trouble> {
    let now = pixels.width.max(pixels.height);
    if now <= longest {
        return Ok(pixels.clone());
    }
    let scaled = |side: u32| {
        let exact = (u64::from(side) * u64::from(longest) + u64::from(now) / 2) / u64::from(now);
        u32::try_from(exact).unwrap_or(longest).clamp(1, longest)
    };
    let (width, height) = (scaled(pixels.width), scaled(pixels.height));
    let kind = if pixels.has_alpha() { PixelType::U8x4 } else { PixelType::U8x3 };
    let refused = |failure: &dyn std::fmt::Display| Trouble::machine("resizing", failure);
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.data, kind).map_err(|f| refused(&f))?;
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    resizer.resize(&source, &mut target, &options).map_err(|failure| refused(&failure))?;
    Ok(Pixels { width, height, channels: pixels.channels, data: target.into_vec() })
}
