//! `WebP`'s container (RFC 9649, 2.3 and on): the chunks of an animation that show something, written into a new one.

use std::io::{Seek, SeekFrom, Write};

use crate::preview::failure::{Failure, Trouble};

/// Chunks in a file or in a frame, at the most.
const CHUNKS: usize = 4_000;

/// A chunk's name, and what is in it.
pub type Chunk<'a> = ([u8; 4], &'a [u8]);

/// The chunks of a payload, one after the other.
pub fn chunks(mut rest: &[u8]) -> Result<Vec<Chunk<'_>>, Failure> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (head, body) = rest.split_at_checked(8).ok_or(Failure::Damaged)?;
        let [a, b, c, d, length @ ..] = head else { return Err(Failure::Damaged) };
        let length = u32::from_le_bytes(length.try_into().map_err(|_| Failure::Damaged)?) as usize;
        let content = body.get(..length).ok_or(Failure::Damaged)?;
        found.push(([*a, *b, *c, *d], content));
        if found.len() > CHUNKS {
            return Err(Failure::TooComplex);
        }
        // Padded to an even length; the last one sometimes is not.
        rest = body.get(length + length % 2..).unwrap_or_default();
    }
    Ok(found)
}

/// The payload of a file, as long as its header says.
pub fn payload(file: &[u8]) -> Result<&[u8], Failure> {
    let (head, body) = file.split_at_checked(12).ok_or(Failure::Damaged)?;
    let length = u32::from_le_bytes(head[4..8].try_into().map_err(|_| Failure::Damaged)?) as usize;
    // Counted from behind the length itself, with the four bytes `WEBP`.
    let length = length.checked_sub(4).ok_or(Failure::Damaged)?;
    body.get(..length).ok_or(Failure::Damaged)
}

/// Writes an animation anew, without anything that no frame needs.
pub fn copy_animation(file: &[u8], mut to: impl Write + Seek) -> Result<(), Trouble> {
    /// Of the flags of `VP8X`, those that say what is shown: opacity and animation.
    const SHOWN: u8 = 0b0001_0010;
    to.write_all(b"RIFF\0\0\0\0WEBP")?;
    for (name, content) in chunks(payload(file)?)? {
        match &name {
            b"VP8X" => {
                let mut content = content.to_vec();
                *content.first_mut().ok_or(Failure::Damaged)? &= SHOWN;
                write(&mut to, name, &content)?;
            }
            b"ANIM" => write(&mut to, name, content)?,
            b"ANMF" => write(&mut to, name, &frame(content)?)?,
            _ => {}
        }
    }
    let length = u32::try_from(to.stream_position()? - 8).map_err(|_| Failure::TooComplex)?;
    to.seek(SeekFrom::Start(4))?;
    to.write_all(&length.to_le_bytes())?;
    to.flush()?;
    Ok(())
}

/// A frame with its picture and nothing else.
fn frame(content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let (head, body) = content.split_at_checked(16).ok_or(Failure::Damaged)?;
    let mut kept = head.to_vec();
    for (name, content) in chunks(body)? {
        if matches!(&name, b"ALPH" | b"VP8 " | b"VP8L") {
            write(&mut kept, name, content)?;
        }
    }
    Ok(kept)
}

fn write(to: &mut impl Write, name: [u8; 4], content: &[u8]) -> Result<(), Trouble> {
    let length = u32::try_from(content.len()).map_err(|_| Failure::TooComplex)?;
    to.write_all(&name)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(content)?;
    to.write_all(&[0][..content.len() % 2])?;
    Ok(())
}
