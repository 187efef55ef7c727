//! Smaller forms of a picture.

use std::ops::Range;
use std::path::Path;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::encode;
use super::exif::Orientation;
use super::pixels::Pixels;
use crate::preview::child::{Size, Smaller, Type};
use crate::preview::failure::Trouble;

/// Rows of a smaller form that are made at once.
const BAND: u32 = 128;
/// Rows beyond a band that its own depend on, and more: a filter looks two of them far.
const MARGIN: u32 = 4;
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
    let mut data = Vec::with_capacity(width as usize * height as usize * pixels.channels);
    for top in (0..height).step_by(BAND as usize) {
        let rows = top..height.min(top + BAND);
        band(resizer, pixels, (width, height), rows, &mut data)
            .map_err(|failure| Trouble::machine("resizing", &failure))?;
    }
    Ok(Pixels { width, height, channels: pixels.channels, data })
}

/// Adds these rows of what the picture is at this size. In between, a picture of the new width and the old height is in memory, and one
/// with opacity once more: of a band that is little.
fn band(
    resizer: &mut Resizer,
    pixels: &Pixels,
    (width, height): (u32, u32),
    rows: Range<u32>,
    data: &mut Vec<u8>,
) -> Result<(), String> {
    let kind = if pixels.has_alpha() { PixelType::U8x4 } else { PixelType::U8x3 };
    let (from, to) = (rows.start.saturating_sub(MARGIN), height.min(rows.end + MARGIN));
    // Of the picture whole rows, and of those a part that may begin and end between two.
    let stored = |row: u32| u64::from(row) * u64::from(pixels.height);
    let first = stored(from) / u64::from(height);
    let last = stored(to).div_ceil(u64::from(height));
    let stride = pixels.width as usize * pixels.channels;
    let place =
        |row: u64| usize::try_from(row).map(|row| row * stride).map_err(|failure| failure.to_string());
    let lines = pixels.data.get(place(first)?..place(last)?).ok_or("rows that are not there")?;
    let count = u32::try_from(last - first).map_err(|failure| failure.to_string())?;
    let source = ImageRef::new(pixels.width, count, lines, kind).map_err(|failure| failure.to_string())?;
    let step = f64::from(pixels.height) / f64::from(height);
    let begin = f64::from(from).mul_add(step, -f64::from(u32::try_from(first).unwrap_or(0))).max(0.0);
    let length = (f64::from(to - from) * step).min(f64::from(count) - begin);
    let mut target = Image::new(width, to - from, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).crop(
        0.0,
        begin,
        f64::from(pixels.width),
        length,
    );
    resizer.resize(&source, &mut target, &options).map_err(|failure| failure.to_string())?;
    let line = width as usize * pixels.channels;
    let made = target.buffer().chunks_exact(line).skip((rows.start - from) as usize).take(rows.len());
    made.for_each(|line| data.extend_from_slice(line));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as without bands, but for rounding.
    #[test]
    fn bands_have_no_seams() {
        for (channels, kind) in [(3, PixelType::U8x3), (4, PixelType::U8x4)] {
            let (width, height) = (700, 901);
            let value = |at: usize| u8::try_from((at * at / 7 + at / 3) % 256).unwrap_or(0);
            let data: Vec<u8> = (0..width as usize * height as usize * channels).map(value).collect();
            let pixels = Pixels { width, height, channels, data };
            let mut resizer = Resizer::new();
            let fitted =
                fit(&mut resizer, &pixels, 640).unwrap_or_else(|trouble| unreachable!("{trouble:?}"));
            let mut whole = Image::new(fitted.width, fitted.height, kind);
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
            let source = ImageRef::new(width, height, &pixels.data, kind);
            assert!(source.is_ok_and(|source| resizer.resize(&source, &mut whole, &options).is_ok()));
            assert_eq!((fitted.width, fitted.height), (497, 640));
            let most = fitted.data.iter().zip(whole.buffer()).map(|(one, two)| one.abs_diff(*two)).max();
            assert!(most.is_some_and(|most| most <= 2), "{channels}: {most:?}");
        }
    }
}
