//! AVIF: no Rust that we would keep decodes AV1, but the ffmpeg that is there for video does. It writes raw pixels, and all that is
//! served is made of those; what moves, or has opacity, becomes a still picture without.

use std::io::Read;

use super::child::{Job, draw};
use super::deadline::Deadline;
use super::failure::{Failure, Trouble};
use super::ffmpeg::{Run, line};
use super::format::Format;
use super::{DOUBT_LIMIT, Preview, Source, Tools};

/// Where the description of a picture ends, at the latest: of one that is pasted together of a hundred parts it takes 5 KB.
const DESCRIPTION: usize = 64 << 10;

pub async fn make(tools: &Tools, source: &Source<'_>, deadline: Deadline) -> Result<Preview, Trouble> {
    let mut head = Vec::new();
    std::fs::File::open(source.path)?.take(DESCRIPTION as u64).read_to_end(&mut head)?;
    if end_of_description(&head).is_some_and(|end| end > DESCRIPTION) {
        return Err(Failure::TooComplex.into());
    }
    let path = source.scratch.join("whole.ppm");
    let pasted = is_pasted(&head);
    // Of a picture that is pasted together ffmpeg makes one, and takes that unless it is told to take a part.
    let mut outputs = line(if pasted { "" } else { "-map 0:V:0" });
    outputs.extend(line("-frames:v 1 -c:v ppm -pix_fmt rgb24 -f image2 -update 1"));
    outputs.push(path.clone().into());
    let (format, memory) = (Format::Avif, DOUBT_LIMIT);
    Run { tools, source, format, from: 0.0, keys_only: false, pasted, memory, deadline }
        .ask(&outputs)
        .await?;
    if !path.exists() {
        return Err(Failure::Damaged.into());
    }
    let job = Job { whole: true, ..Job::new(&path, Format::Ppm, source.scratch) };
    Ok(draw(tools, &job, deadline).await?.preview(source.scratch))
}

/// Where the first box called `meta` says that it ends (ISO/IEC 14496-12, 8.11.1).
fn end_of_description(head: &[u8]) -> Option<usize> {
    let begin = head.windows(4).position(|name| name == b"meta")?.checked_sub(4)?;
    let length =
        head.get(begin..begin + 4)?.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte));
    Some(begin + length)
}

/// Whether the picture is one that is pasted together of others: whether that is the type (`infe`) of the primary item (`pitm`;
/// ISO/IEC 14496-12, 8.11.4 and 8.11.6; ISO/IEC 23008-12, 6.6.2.3). What lies here is opened otherwise, and no worse for it.
fn is_pasted(head: &[u8]) -> bool {
    // A box's name, its version, three bytes of flags, and a number that grew with the version.
    let version = |at: usize| head.get(at + 4).copied();
    let number = |at: usize, length: usize| head.get(at + 8..at + 8 + length);
    let places = |name: &'static [u8; 4]| {
        head.windows(4).enumerate().filter(move |(_, word)| *word == name).map(|(at, _)| at)
    };
    let Some(primary) = places(b"pitm").next() else { return false };
    let primary = number(primary, if version(primary) == Some(0) { 2 } else { 4 });
    places(b"infe").any(|at| {
        let length = if version(at) == Some(2) { 2 } else { 4 };
        // Behind the item's number is that of its protection, of two bytes.
        let kind = head.get(at + 8 + length + 2..at + 8 + length + 6);
        let as_long = |number: Option<&[u8]>| {
            number.map(|bytes| bytes.iter().fold(0_u32, |all, byte| (all << 8) | u32::from(*byte)))
        };
        as_long(number(at, length)) == as_long(primary)
            && primary.is_some()
            && kind == Some(b"grid".as_slice())
    })
}

#[cfg(test)]
mod tests {
    use super::is_pasted;

    #[test]
    fn only_the_primary_item_counts() {
        let of = |primary: &[u8], item: &[u8]| is_pasted(&[b"meta", primary, item].concat());
        let (old, new) = (b"pitm\0\0\0\0\0\x07".as_slice(), b"pitm\x01\0\0\0\0\0\0\x07".as_slice());
        let grid = b"infe\x02\0\0\0\0\x07\0\0grid";
        assert!(of(old, grid) && of(new, grid));
        assert!(of(old, b"infe\x03\0\0\0\0\0\0\x07\0\0grid"));
        assert!(!of(old, b"infe\x02\0\0\0\0\x08\0\0grid"), "another item");
        assert!(!of(old, b"infe\x02\0\0\0\0\x07\0\0av01 a grid"), "a name");
        assert!(!of(b"", grid), "no primary item");
        for cut in 0..old.len() + grid.len() {
            assert!(!is_pasted(&[old, grid].concat()[..cut]), "{cut}");
        }
    }
}
