//! The first page of a PDF (ISO 32000-2), drawn by a renderer in safe Rust that runs no scripts and opens no other files.

use std::path::Path;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::pixels::Pixels;
use super::{Clean, Opened, allow};
use crate::preview::child::Size;
use crate::preview::failure::{Failure, Trouble};

pub fn open(path: &Path) -> Result<Opened, Trouble> {
    // A document is served whether it can be drawn or not.
    allow(u64::MAX)?;
    let pdf = Pdf::new(std::fs::read(path)?).map_err(|_| Failure::Damaged)?;
    let page = pdf.pages().first().ok_or(Failure::Damaged)?;
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    if !(longest.is_finite() && width >= 1.0 && height >= 1.0) {
        return Err(Failure::NoPixels.into());
    }
    let scale = f32::from(u16::try_from(Size::Large.pixels()).unwrap_or(u16::MAX)) / longest;
    if width * scale < 1.0 || height * scale < 1.0 {
        return Err(Failure::NoPixels.into());
    }
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (drawn.width().into(), drawn.height().into());
    // Painted on white: opaque everywhere.
    let data = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    Ok(Opened::still(Pixels { width, height, channels: 3, data: data.collect() }, Clean::None))
}
