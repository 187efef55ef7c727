//! Drawing: what a confined child makes of a picture.
//!
//! One decoding for everything: the smaller forms are made of each other, the largest of the picture itself, and the clean form of
//! the same pixels. Nothing of the file but its pixels gets through, and of those what sRGB can say.

mod color;
mod encode;
mod exif;
mod gif;
mod jpeg;
mod page;
mod pixels;
mod png;
mod ppm;
mod riff;
mod smaller;
mod webp;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use self::exif::Orientation;
use self::pixels::Pixels;
use super::child::{CLEAN, Drawn, Job, Type, tell_trust};
use super::confine;
use super::failure::{Failure, Interrupted, Trouble};
use super::format::Format;

/// Pixels of a side, at the most.
const SIDE_LIMIT: u32 = 16_384;
/// Pixels of a picture, at the most.
const PIXEL_LIMIT: u64 = 40_000_000;
/// Frames of an animation, at the most.
const FRAME_LIMIT: u32 = 1_000;
/// Pixels of all frames of an animation, at the most: what the slowest decoder here does in half of the time that there is.
const MOVING_PIXEL_LIMIT: u64 = 250_000_000;
/// Milliseconds of an animation, at the most.
const ANIMATION_LIMIT_MS: u64 = 10 * 60 * 1000;

/// What a decoder hands on.
struct Opened {
    /// As they are stored: not yet turned, nor in sRGB.
    pixels: Pixels,
    orientation: Orientation,
    /// An ICC profile.
    profile: Option<Vec<u8>>,
    clean: Clean,
    duration_ms: Option<u64>,
}

/// The clean form.
enum Clean {
    /// Still to be made, of the pixels.
    Of(Type),
    /// Made while decoding, because it moves.
    Done(Type),
    /// None is wanted.
    None,
}

impl Opened {
    fn still(pixels: Pixels, clean: Clean) -> Self {
        Self { pixels, orientation: Orientation::default(), profile: None, clean, duration_ms: None }
    }
}

/// Does a job, in a process that has only this to do.
pub fn draw(job: &Job) -> Result<Drawn, Trouble> {
    let Opened { mut pixels, orientation, profile, clean, duration_ms } = open(job)?;
    // Not before: whatever refuses a file does so with little memory.
    trust()?;
    if let Some(profile) = profile {
        color::to_srgb(&mut pixels, &profile);
    }
    pixels.drop_needless_alpha();
    let (width, height) = orientation.turned_size(pixels.width, pixels.height);
    let (variants, likeness) = smaller::make(&pixels, orientation, &job.scratch)?;
    let clean = match clean {
        Clean::Of(kind) => {
            let kind = encode::written_as(kind, &pixels);
            let pixels = pixels.turned(orientation);
            encode::clean(&pixels, kind, &job.scratch.join(CLEAN))?;
            Some(kind)
        }
        Clean::Done(kind) => Some(kind),
        Clean::None => None,
    };
    Ok(Drawn { width, height, duration_ms, thumbhash: STANDARD_NO_PAD.encode(likeness), clean, variants })
}

fn open(job: &Job) -> Result<Opened, Trouble> {
    let clean = job.scratch.join(CLEAN);
    match job.format {
        Format::Jpeg => jpeg::open(&job.path),
        Format::Png => png::open(&job.path, &clean),
        Format::Gif => gif::open(&job.path, &clean),
        Format::WebP => webp::open(&job.path, &clean),
        Format::Ppm => ppm::open(&job.path, job.whole),
        Format::Pdf => page::open(&job.path),
        _ => Err(Failure::UnsupportedFormat.into()),
    }
}

/// From here on the file is not refused any more, and may have all the memory there is for one, and the time it needs.
fn trust() -> Result<(), Trouble> {
    confine::trust().map_err(Interrupted)?;
    Ok(tell_trust()?)
}

/// So much memory more, which nothing touches before the file is known to be good.
fn allow(bytes: u64) -> Result<(), Trouble> {
    confine::allow(bytes).map_err(|reason| Interrupted(reason).into())
}

/// Whether a picture of this size is drawn at all.
fn check_size(width: u32, height: u32) -> Result<(), Failure> {
    if width == 0 || height == 0 {
        return Err(Failure::NoPixels);
    }
    if width > SIDE_LIMIT || height > SIDE_LIMIT || u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        return Err(Failure::TooManyPixels);
    }
    Ok(())
}

/// What an animation has shown so far.
#[derive(Default)]
struct Moving {
    frames: u32,
    pixels: u64,
    duration_ms: u64,
}

impl Moving {
    /// Counts one more frame.
    fn add(&mut self, width: u32, height: u32, duration_ms: u64) -> Result<(), Failure> {
        self.frames += 1;
        // Even a frame of one pixel is work.
        self.pixels += u64::from(width) * u64::from(height);
        if self.frames > FRAME_LIMIT {
            return Err(Failure::TooManyFrames);
        }
        if self.pixels > MOVING_PIXEL_LIMIT {
            return Err(Failure::TooManyPixels);
        }
        self.lasts(duration_ms)
    }

    /// Counts time.
    fn lasts(&mut self, duration_ms: u64) -> Result<(), Failure> {
        self.duration_ms = self.duration_ms.saturating_add(duration_ms);
        if self.duration_ms > ANIMATION_LIMIT_MS { Err(Failure::TooLong) } else { Ok(()) }
    }
}
