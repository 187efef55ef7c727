//! Frames that ffmpeg wrote for us: binary PPM (<https://netpbm.sourceforge.net/doc/ppm.html>) of eight bits.

use std::path::Path;

use super::pixels::Pixels;
use super::{Clean, Opened, check_size};
use crate::preview::child::Type;
use crate::preview::failure::{Failure, Trouble};

pub fn open(path: &Path, whole: bool) -> Result<Opened, Trouble> {
    let mut file = std::fs::read(path)?;
    let (width, height, begin) = header(&file).ok_or(Failure::Damaged)?;
    check_size(width, height)?;
    file.drain(..begin);
    let size = width as usize * height as usize * 3;
    if file.len() < size {
        return Err(Failure::Damaged.into());
    }
    file.truncate(size);
    let clean = if whole { Clean::Of(Type::Jpeg) } else { Clean::None };
    Ok(Opened::still(Pixels { width, height, channels: 3, data: file }, clean))
}

/// Width, height, and where the pixels begin: behind `P6 640 480 255` and one white space.
fn header(file: &[u8]) -> Option<(u32, u32, usize)> {
    let mut at = 0;
    let mut word = || {
        let length = file.get(at..)?.iter().position(u8::is_ascii_whitespace)?;
        let word = std::str::from_utf8(&file[at..at + length]).ok()?;
        at += length + 1;
        Some(word)
    };
    let (magic, width, height, most) = (word()?, word()?, word()?, word()?);
    (magic == "P6" && most == "255").then_some((width.parse().ok()?, height.parse().ok()?, at))
}
