//! JPEG (ITU-T T.81). What a decoder needs is first cut out of the file: its claims are checked before anything is decoded, and
//! metadata, thumbnails and whatever follows the picture never reach the decoder.

use std::ops::Range;
use std::path::Path;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::exif::Orientation;
use super::pixels::Pixels;
use super::{Clean, Opened, SIDE_LIMIT, allow, check_size};
use crate::preview::DOUBT_LIMIT;
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

/// Scans, at the most: encoders write about ten.
const SCANS: usize = 100;
/// Pixels times scans, at the most: each scan is a walk over all of them.
const SCANNED_PIXELS: u64 = 800_000_000;
/// Pixels of a byte of coded data, at the most: a block of 64 takes a bit even where nothing changes.
const PIXELS_OF_A_BYTE: u64 = 512;
/// Bytes of a profile that are collected.
const PROFILE_LIMIT: usize = 4 << 20;

/// What the segments of a file say.
#[derive(Debug, Default)]
struct Plan {
    frame: Option<Frame>,
    /// What of the file the decoder gets.
    kept: Vec<Range<usize>>,
    orientation: Orientation,
    profile: Vec<u8>,
    scans: usize,
    /// Bytes of the scans' coded data.
    coded: usize,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    width: u32,
    height: u32,
    /// Bytes of the coefficients of all blocks.
    coefficients: u64,
    progressive: bool,
}

pub fn open(path: &Path) -> Result<Opened, Trouble> {
    let mut file = std::fs::read(path)?;
    let plan = plan(&file)?;
    let mut end = 0;
    for kept in &plan.kept {
        file.copy_within(kept.clone(), end);
        end += kept.len();
    }
    file.truncate(end);
    file.shrink_to_fit();
    // All that a file which is refused can make the decoder touch has been counted.
    allow(u64::MAX)?;
    let pixels = decode(&file)?;
    Ok(Opened {
        orientation: plan.orientation,
        profile: Some(plan.profile).filter(|profile| !profile.is_empty()),
        ..Opened::still(pixels, Clean::Of(Type::Jpeg))
    })
}

fn decode(stream: &[u8]) -> Result<Pixels, Failure> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_LIMIT as usize)
        .set_max_height(SIDE_LIMIT as usize)
        .jpeg_set_max_scans(SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(stream), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Failure::Damaged)?;
    let mut data = vec![0; decoder.output_buffer_size().ok_or(Failure::Damaged)?];
    decoder.decode_into(&mut data).map_err(damaged)?;
    let side = |side: usize| u32::try_from(side).map_err(|_| Failure::TooManyPixels);
    Ok(Pixels { width: side(width)?, height: side(height)?, channels: 3, data })
}

fn damaged(reason: impl std::fmt::Debug) -> Failure {
    tracing::debug!(?reason, "a JPEG cannot be decoded");
    Failure::Damaged
}

/// Walks over the file from marker to marker.
fn plan(file: &[u8]) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    plan.kept.push(0..2);
    let mut at = 2;
    loop {
        // Between segments there is nothing but fill bytes, yet some cameras put padding there.
        at += file
            .get(at..)
            .and_then(|rest| rest.iter().position(|byte| *byte == 0xFF))
            .ok_or(Failure::Damaged)?;
        let begin = at;
        while file.get(at) == Some(&0xFF) {
            at += 1;
        }
        let marker = *file.get(at).ok_or(Failure::Damaged)?;
        at += 1;
        match marker {
            // The end. Before a scan it is one of a file that has no picture.
            0xD9 if plan.scans > 0 => {
                plan.kept.push(at - 2..at);
                plan.check()?;
                return Ok(plan);
            }
            // Without a body.
            0x00 | 0x01 | 0xD0..=0xD8 => continue,
            0xD9 => return Err(Failure::Damaged),
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([
            *file.get(at).ok_or(Failure::Damaged)?,
            *file.get(at + 1).ok_or(Failure::Damaged)?,
        ]));
        let body = length.checked_sub(2).and_then(|length| file.get(at + 2..at + 2 + length));
        let body = body.ok_or(Failure::Damaged)?;
        at += length;
        let needed = plan.note(marker, body)?;
        if marker == 0xDA {
            let end = entropy_end(file, at).ok_or(Failure::Damaged)?;
            plan.coded += end - at;
            at = end;
        }
        if needed {
            plan.keep(begin..at);
        }
    }
}

/// Bytes of the coefficients of a frame's components, each given as its number, its sampling and its table: a block has 64 of two
/// bytes, and blocks come by the smallest unit that holds all components.
fn coefficients(width: u32, height: u32, components: &[u8]) -> u64 {
    let sampling = |component: &[u8]| (u64::from(component[1] >> 4), u64::from(component[1] & 15));
    let samplings = || components.chunks_exact(3).map(sampling);
    let (across, down) =
        samplings().fold((1, 1), |(across, down), (wide, high)| (across.max(wide), down.max(high)));
    let units = u64::from(width).div_ceil(8 * across) * u64::from(height).div_ceil(8 * down);
    samplings().map(|(wide, high)| units * wide * high * 64 * 2).sum()
}

/// Where the next marker is that ends coded data: neither a stuffed byte nor a restart.
fn entropy_end(file: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += file.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match file.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

impl Plan {
    fn keep(&mut self, range: Range<usize>) {
        match self.kept.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.kept.push(range),
        }
    }

    /// Reads a segment; answers whether the decoder needs it.
    fn note(&mut self, marker: u8, body: &[u8]) -> Result<bool, Failure> {
        match marker {
            0xC0..=0xC2 => self.note_frame(marker == 0xC2, body)?,
            // Tables.
            0xC4 | 0xDB | 0xDD => {}
            // Arithmetic coding, lossless and hierarchical frames.
            0xC3 | 0xC5..=0xCF | 0xDE | 0xDF => return Err(Failure::UnsupportedFormat),
            0xDA => self.note_scan(body)?,
            // Adobe's: whether colours were transformed.
            0xEE => return Ok(body.starts_with(b"Adobe") && body.len() <= 64),
            0xE1 => {
                if let Some(exif) = body.strip_prefix(b"Exif\0\0") {
                    self.orientation = Orientation::of_exif(exif);
                }
                return Ok(false);
            }
            0xE2 => {
                let part = body.strip_prefix(b"ICC_PROFILE\0").and_then(|numbered| numbered.get(2..));
                if let Some(part) = part
                    && self.profile.len() + part.len() <= PROFILE_LIMIT
                {
                    self.profile.extend_from_slice(part);
                }
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn note_frame(&mut self, progressive: bool, body: &[u8]) -> Result<(), Failure> {
        let [precision, y1, y2, x1, x2, components, rest @ ..] = body else { return Err(Failure::Damaged) };
        let width = u32::from(u16::from_be_bytes([*x1, *x2]));
        let height = u32::from(u16::from_be_bytes([*y1, *y2]));
        if *precision != 8 {
            return Err(Failure::UnsupportedFormat);
        }
        check_size(width, height)?;
        let sampled = |component: &[u8]| matches!(component, [_, h, _] if (1..=4).contains(&(h >> 4)) && (1..=4).contains(&(h & 15)));
        let as_claimed = rest.len() == usize::from(*components) * 3 && rest.chunks_exact(3).all(sampled);
        if self.frame.is_some() || !matches!(components, 1 | 3 | 4) || !as_claimed {
            return Err(Failure::Damaged);
        }
        let coefficients = coefficients(width, height, rest);
        self.frame = Some(Frame { width, height, coefficients, progressive });
        Ok(())
    }

    fn note_scan(&mut self, body: &[u8]) -> Result<(), Failure> {
        let frame = self.frame.ok_or(Failure::Damaged)?;
        let components = usize::from(*body.first().ok_or(Failure::Damaged)?);
        if !(1..=4).contains(&components) || body.len() != 4 + 2 * components {
            return Err(Failure::Damaged);
        }
        self.scans += 1;
        let scanned = u64::from(frame.width) * u64::from(frame.height) * self.scans as u64;
        if self.scans > SCANS || scanned > SCANNED_PIXELS {
            return Err(Failure::TooComplex);
        }
        Ok(())
    }

    /// Whether there can be as many pixels in it as it claims, and memory for what is kept of it until they are known.
    fn check(&self) -> Result<(), Failure> {
        let frame = self.frame.ok_or(Failure::Damaged)?;
        let claimed = u64::from(frame.width) * u64::from(frame.height);
        if claimed > self.coded as u64 * PIXELS_OF_A_BYTE {
            return Err(Failure::Damaged);
        }
        // Where a block comes in parts, nothing is drawn before the last of them.
        let in_parts = frame.progressive || self.scans > 1;
        let kept = if in_parts { frame.coefficients } else { claimed * 3 };
        let file: u64 = self.kept.iter().map(|range| range.len() as u64).sum();
        if kept + file > DOUBT_LIMIT { Err(Failure::TooMuchMemory) } else { Ok(()) }
    }
}
