//! `WebP` (RFC 9649), moving or not.

use std::fs::File;
use std::io::{BufWriter, Cursor, ErrorKind};
use std::path::Path;

use image_webp::{DecodingError, WebPDecoder};

use super::exif::Orientation;
use super::pixels::Pixels;
use super::{Clean, Moving, Opened, allow, check_size, riff};
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

/// What the decoder may allocate for chunks.
const DECODER_LIMIT: usize = 32 << 20;

type Opening<'a> = WebPDecoder<Cursor<&'a [u8]>>;

pub fn open(path: &Path, clean: &Path) -> Result<Opened, Trouble> {
    let file = std::fs::read(path)?;
    // Cut off, or no container at all: known before anything is decoded.
    let chunks = riff::chunks(riff::payload(&file)?)?;
    let mut decoder = WebPDecoder::new(Cursor::new(file.as_slice())).map_err(|reason| failed(&reason))?;
    decoder.set_memory_limit(DECODER_LIMIT);
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    // A profile or an orientation that cannot be read is one that is not there.
    let profile = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    let orientation = exif.map(|exif| Orientation::of_exif(&exif)).unwrap_or_default();
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let size = decoder.output_buffer_size().ok_or(Failure::TooManyPixels)?;
    let has_planes = !chunks.iter().any(|(name, _)| matches!(name, b"ANMF" | b"ALPH"));
    if has_planes && channels == 3 {
        // The colours are put together when all of them are there.
        allow(size as u64)?;
    }
    let mut data = vec![0; size];
    if !decoder.is_animated() {
        decoder.read_image(&mut data).map_err(|reason| failed(&reason))?;
        let pixels = Pixels { width, height, channels, data };
        return Ok(Opened { orientation, profile, ..Opened::still(pixels, Clean::Of(Type::WebP)) });
    }
    let (first, duration_ms) = look_at_all(&mut decoder, (width, height), &mut data)?;
    riff::copy_animation(&file, BufWriter::new(File::create(clean)?))?;
    let pixels = Pixels { width, height, channels, data: first };
    // Nobody turns animations, and neither does this.
    Ok(Opened { profile, duration_ms: Some(duration_ms), ..Opened::still(pixels, Clean::Done(Type::WebP)) })
}

/// Decodes every frame, so that what is passed on is known to be pictures; answers the first and the whole duration.
fn look_at_all(
    decoder: &mut Opening<'_>,
    (width, height): (u32, u32),
    frame: &mut [u8],
) -> Result<(Vec<u8>, u64), Trouble> {
    let frames = decoder.num_frames();
    if frames > super::FRAME_LIMIT {
        return Err(Failure::TooManyFrames.into());
    }
    let (mut moving, mut first) = (Moving::default(), None);
    for _ in 0..frames {
        // The canvas is what costs, however small the frame is.
        moving.add(width, height, 0)?;
        let duration = decoder.read_frame(frame).map_err(|reason| failed(&reason))?;
        moving.lasts(duration.into())?;
        if first.is_none() {
            first = Some(frame.to_vec());
        }
    }
    Ok((first.ok_or(Failure::Damaged)?, moving.duration_ms))
}

fn failed(reason: &DecodingError) -> Failure {
    tracing::debug!(?reason, "a WebP cannot be decoded");
    match reason {
        DecodingError::MemoryLimitExceeded => Failure::TooComplex,
        DecodingError::IoError(failure) if failure.kind() == ErrorKind::OutOfMemory => Failure::TooMuchMemory,
        DecodingError::ImageTooLarge => Failure::TooManyPixels,
        DecodingError::UnsupportedFeature(_) => Failure::UnsupportedFormat,
        _ => Failure::Damaged,
    }
}
