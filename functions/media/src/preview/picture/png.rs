//! PNG, and its animations (<https://www.w3.org/TR/png-3/>).

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;

use png::{
    AnimationControl, BitDepth, ColorType, Decoder, DecodingError, Encoder, FrameControl, Limits, Reader,
    Transformations,
};

use super::exif::Orientation;
use super::pixels::Pixels;
use super::{Clean, FRAME_LIMIT, Moving, Opened, allow, check_size};
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

/// What the decoder may allocate beside the pixels: rows, and what is unpacked of chunks.
const DECODER_LIMIT: usize = 24 << 20;

type Opening = Reader<BufReader<File>>;

pub fn open(path: &Path, clean: &Path) -> Result<Opened, Trouble> {
    let limits = Limits { bytes: DECODER_LIMIT };
    let mut file = BufReader::new(File::open(path)?);
    // Behind the signature and the length of the header's chunk: its name, and its first two numbers.
    let sides = file.fill_buf()?.get(12..24).and_then(|header| header.strip_prefix(b"IHDR"));
    if let Some([width, height]) = sides.map(|sides| [&sides[..4], &sides[4..]]) {
        let side = |bytes: &[u8]| bytes.iter().fold(0, |side, byte| (side << 8) | u32::from(*byte));
        check_size(side(width), side(height))?;
    }
    let mut decoder = Decoder::new_with_limits(file, limits);
    decoder.set_ignore_text_chunk(true);
    // Eight bits a channel, without palettes.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|reason| failed(&reason))?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let orientation = info.exif_metadata.as_ref().map(|exif| Orientation::of_exif(exif)).unwrap_or_default();
    let animation = info.animation_control;
    let mut data = vec![0; reader.output_buffer_size().ok_or(Failure::TooManyPixels)?];
    reader.next_frame(&mut data).map_err(|reason| failed(&reason))?;
    let (color, depth) = reader.output_color_type();
    if depth != BitDepth::Eight {
        return Err(Failure::Damaged.into());
    }
    let (clean, duration_ms) = match animation {
        Some(control) => (Clean::Done(Type::Png), Some(copy(&mut reader, control, &data, clean)?)),
        None => (Clean::Of(Type::Png), None),
    };
    allow(u64::MAX)?;
    let pixels = match color {
        ColorType::Rgb => Pixels { width, height, channels: 3, data },
        ColorType::Rgba => Pixels { width, height, channels: 4, data },
        ColorType::Grayscale => Pixels::of_grey(width, height, false, &data),
        ColorType::GrayscaleAlpha => Pixels::of_grey(width, height, true, &data),
        ColorType::Indexed => return Err(Failure::Damaged.into()),
    };
    Ok(Opened { orientation, profile, duration_ms, ..Opened::still(pixels, clean) })
}

/// Writes the animation anew, frame by frame; answers its milliseconds. The first frame, or the picture for those who know no
/// animations, is decoded already.
fn copy(reader: &mut Opening, control: AnimationControl, first: &[u8], to: &Path) -> Result<u64, Trouble> {
    if control.num_frames > FRAME_LIMIT {
        return Err(Failure::TooManyFrames.into());
    }
    let info = reader.info();
    let (color, depth) = reader.output_color_type();
    let begins_with_first = info.frame_control.is_some();
    let mut encoder = Encoder::new(BufWriter::new(File::create(to)?), info.width, info.height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_animated(control.num_frames, control.num_plays).map_err(|_| Failure::Damaged)?;
    encoder.set_sep_def_img(!begins_with_first).map_err(unwritten)?;
    let mut writer = encoder.write_header().map_err(unwritten)?;
    let mut moving = Moving::default();
    let mut frame = first.to_vec();
    let mut left = control.num_frames;
    if begins_with_first {
        left = left.saturating_sub(1);
        let control = info.frame_control.unwrap_or_default();
        describe(&mut writer, &control)?;
        moving.add(control.width, control.height, delay_ms(&control))?;
        let size = reader.output_line_size(control.width).unwrap_or_default() * control.height as usize;
        writer.write_image_data(first.get(..size).ok_or(Failure::Damaged)?).map_err(unwritten)?;
    } else {
        writer.write_image_data(first).map_err(unwritten)?;
    }
    for _ in 0..left {
        let output = reader.next_frame(&mut frame).map_err(|reason| failed(&reason))?;
        let control = reader.info().frame_control.ok_or(Failure::Damaged)?;
        moving.add(control.width, control.height, delay_ms(&control))?;
        describe(&mut writer, &control)?;
        writer.write_image_data(&frame[..output.buffer_size()]).map_err(unwritten)?;
    }
    writer.finish().map_err(unwritten)?;
    Ok(moving.duration_ms)
}

fn describe<W: std::io::Write>(writer: &mut png::Writer<W>, control: &FrameControl) -> Result<(), Trouble> {
    // In this order: a place is checked against the size.
    writer.reset_frame_position().map_err(unwritten)?;
    writer.set_frame_dimension(control.width, control.height).map_err(|_| Failure::Damaged)?;
    writer.set_frame_position(control.x_offset, control.y_offset).map_err(|_| Failure::Damaged)?;
    writer.set_frame_delay(control.delay_num, control.delay_den).map_err(unwritten)?;
    writer.set_blend_op(control.blend_op).map_err(unwritten)?;
    writer.set_dispose_op(control.dispose_op).map_err(unwritten)
}

fn delay_ms(control: &FrameControl) -> u64 {
    let parts = if control.delay_den == 0 { 100 } else { u64::from(control.delay_den) };
    u64::from(control.delay_num) * 1000 / parts
}

fn failed(reason: &DecodingError) -> Failure {
    tracing::debug!(?reason, "a PNG cannot be decoded");
    match reason {
        DecodingError::LimitsExceeded => Failure::TooComplex,
        _ => Failure::Damaged,
    }
}

fn unwritten(reason: png::EncodingError) -> Trouble {
    match reason {
        png::EncodingError::IoError(failure) => failure.into(),
        // The frames contradict each other.
        _ => Failure::Damaged.into(),
    }
}
