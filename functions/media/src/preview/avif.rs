//! AVIF: no Rust that we would keep decodes AV1, but the ffmpeg that is there for video does. It writes raw pixels, and all that is
//! served is made of those; what moves, or has opacity, becomes a still picture without.

use std::io::Read;

use super::child::{Job, draw};
use super::failure::{Failure, Trouble};
use super::ffmpeg::{Run, line};
use super::format::Format;
use super::run::Deadline;
use super::{DOUBT_LIMIT, Preview, Source, Tools};

/// Where the description of a picture is, at the latest.
const DESCRIPTION: u64 = 64 << 10;

pub async fn make(tools: &Tools, source: &Source<'_>, deadline: Deadline) -> Result<Preview, Trouble> {
    let mut head = Vec::new();
    std::fs::File::open(source.path)?.take(DESCRIPTION).read_to_end(&mut head)?;
    if head.windows(4).any(|item| item == b"grid") {
        // Pasted together of several pictures, of which ffmpeg would show us one.
        return Err(Failure::UnsupportedFormat.into());
    }
    let path = source.scratch.join("whole.ppm");
    let mut outputs = line("-map 0:V:0 -frames:v 1 -c:v ppm -pix_fmt rgb24 -f image2 -update 1");
    outputs.push(path.clone().into());
    let (format, memory) = (Format::Avif, DOUBT_LIMIT);
    Run { tools, source, format, from: 0.0, keys_only: false, memory, deadline }.ask(&outputs).await?;
    if !path.exists() {
        return Err(Failure::Damaged.into());
    }
    let job = Job { whole: true, ..Job::new(&path, Format::Ppm, source.scratch) };
    Ok(draw(tools, &job, deadline).await?.preview(source.scratch))
}
