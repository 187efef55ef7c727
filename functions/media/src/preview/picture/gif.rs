//! GIF (<https://www.w3.org/Graphics/GIF/spec-gif89a.txt>). Its frames are unpacked and packed again, colours and all, so that an
//! animation stays what it was and loses only what is not a frame.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroU64;
use std::path::Path;

use gif::{ColorOutput, DecodeOptions, DecodingError, Encoder, EncodingError, Frame, MemoryLimit};

use super::pixels::Pixels;
use super::{Clean, Moving, Opened, PIXEL_LIMIT, allow, check_size};
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

pub fn open(path: &Path, clean: &Path) -> Result<Opened, Trouble> {
    let moving = measure(path)?;
    let mut decoder = options().read_info(File::open(path)?).map_err(|reason| failed(&reason))?;
    let (width, height) = (decoder.width(), decoder.height());
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut encoder =
        Encoder::new(BufWriter::new(File::create(clean)?), width, height, &palette).map_err(unwritten)?;
    let mut first = None;
    let mut indices = Vec::new();
    while let Some(info) = decoder.next_frame_info().map_err(|reason| failed(&reason))? {
        // Rows come in order, whatever order they were stored in.
        let described = Frame { interlaced: false, needs_user_input: false, ..info.clone() };
        indices.resize(decoder.buffer_size(), 0);
        decoder.read_into_buffer(&mut indices).map_err(|reason| failed(&reason))?;
        if first.is_none() {
            encoder.set_repeat(decoder.repeat()).map_err(unwritten)?;
            first = Some(Frame { buffer: Cow::Owned(indices.clone()), ..described.clone() });
        }
        let mut frame = described;
        frame.buffer = Cow::Borrowed(&indices);
        encoder.write_frame(&frame).map_err(unwritten)?;
    }
    let first = first.ok_or(Failure::Damaged)?;
    allow(u64::MAX)?;
    let pixels = drawn(width, height, &palette, &first);
    let duration_ms = (moving.frames > 1).then_some(moving.duration_ms);
    Ok(Opened { duration_ms, ..Opened::still(pixels, Clean::Done(Type::Gif)) })
}

/// Counts the frames, whose places are all that is unpacked, before one of them costs anything.
fn measure(path: &Path) -> Result<Moving, Trouble> {
    let mut options = options();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(File::open(path)?).map_err(|reason| failed(&reason))?;
    check_size(decoder.width().into(), decoder.height().into())?;
    let mut moving = Moving::default();
    while let Some(info) = decoder.next_frame_info().map_err(|reason| failed(&reason))? {
        check_size(info.width.into(), info.height.into())?;
        moving.add(info.width.into(), info.height.into(), u64::from(info.delay) * 10)?;
    }
    Ok(moving)
}

fn options() -> DecodeOptions {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    if let Some(limit) = NonZeroU64::new(PIXEL_LIMIT) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    options
}

/// A frame on the empty screen, which it need not fill and may hang over.
fn drawn(width: u16, height: u16, palette: &[u8], frame: &Frame<'_>) -> Pixels {
    let (columns, rows) = (usize::from(width), usize::from(height));
    let palette = frame.palette.as_deref().unwrap_or(palette);
    let mut data = vec![0; columns * rows * 4];
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let shown = usize::from(frame.width).min(columns.saturating_sub(left));
    let lines = frame.buffer.chunks_exact(usize::from(frame.width));
    for (row, line) in (top..rows).zip(lines) {
        let begin = (row * columns + left) * 4;
        // Beyond the right border when nothing is shown.
        let Some(to) = data.get_mut(begin..begin + shown * 4) else { continue };
        for (pixel, index) in to.chunks_exact_mut(4).zip(line) {
            if frame.transparent == Some(*index) {
                continue;
            }
            let color = usize::from(*index) * 3;
            // Decoders show colours that do not exist as black.
            pixel[..3].copy_from_slice(palette.get(color..color + 3).unwrap_or(&[0; 3]));
            pixel[3] = u8::MAX;
        }
    }
    Pixels { width: width.into(), height: height.into(), channels: 4, data }
}

fn failed(reason: &DecodingError) -> Failure {
    tracing::debug!(?reason, "a GIF cannot be decoded");
    Failure::Damaged
}

fn unwritten(reason: EncodingError) -> Trouble {
    match reason {
        EncodingError::Io(failure) => failure.into(),
        _ => Failure::Damaged.into(),
    }
}
