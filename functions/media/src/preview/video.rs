//! Moving pictures: how long and how large, a still, a short silent part, and a copy without what was written beside them.

use super::child::{Job, draw};
use super::deadline::Deadline;
use super::failure::{Failure, Trouble};
use super::ffmpeg::{Run, line};
use super::format::Format;
use super::{DOUBT_LIMIT, FileMade, MEMORY_LIMIT, Preview, Source, Tools, Variant, child::CLEAN};

/// The part of a file's time that the short part may take; of what is too large to be done by then there is none.
const MOVING: f32 = 0.45;
/// The sides of the box that the short part fits in.
const PREVIEW_SIDE: u32 = 320;
/// Where the still is taken from, in milliseconds: many begin in the dark.
const STILL_AT_MS: u64 = 1_000;

/// No scaling for square pixels; others are stretched to squares. `trunc` keeps what codecs ask for, even sizes.
const SQUARE: &str = "scale=trunc(iw*sar/2)*2:trunc(ih/2)*2,setsar=1";

pub async fn make(
    tools: &Tools,
    source: &Source<'_>,
    format: Format,
    deadline: Deadline,
) -> Result<Preview, Trouble> {
    let run = Run {
        tools,
        source,
        format,
        from: 0.0,
        keys_only: false,
        pasted: false,
        memory: DOUBT_LIMIT,
        deadline,
    };
    let (container, content_type) = container(source.content_type, format)?;
    let first = run.ask(&line("-map 0:V:0 -c copy -frames:v 1 -f framecrc pipe:1")).await?;
    let stored = first.size().ok_or(Failure::Damaged)?;
    if stored.0 == 0 || stored.1 == 0 {
        return Err(Failure::NoPixels.into());
    }
    let clean = FileMade { path: source.scratch.join(CLEAN), content_type };
    // Only the first picture and the first sound: subtitles, chapters and a camera's track of places stay behind.
    let mut outputs =
        line("-map 0:V:0 -map 0:a:0? -c copy -map_metadata -1 -map_chapters -1 -fflags +bitexact");
    if let Some(units) = first.codec().and_then(said_between_pictures) {
        outputs.extend(line(&format!("-bsf:v filter_units=remove_types={units}")));
    }
    outputs.extend(line(container));
    outputs.push(clean.path.clone().into());
    outputs.extend(line("-progress pipe:1"));
    let duration_ms = run.ask(&outputs).await?.duration_ms()?;
    let still = still(&run, duration_ms).await?;
    let (width, height) = turned_as(stored, (still.width, still.height));
    let mut preview = Preview {
        width: Some(width),
        height: Some(height),
        duration_ms: Some(duration_ms),
        clean: Some(clean),
        thumbhash: still.preview.thumbhash,
        variants: still.preview.variants,
        ..Preview::default()
    };
    preview.variants.extend(moving(&run, duration_ms, (width, height)).await?);
    Ok(preview)
}

/// What clean copies are called and written as. What a browser can play it should know how to.
fn container(declared: &str, format: Format) -> Result<(&'static str, &'static str), Failure> {
    match (format, declared) {
        (Format::Mp4, "video/quicktime") => Ok(("-movflags +faststart -f mov", "video/quicktime")),
        (Format::Mp4, _) => Ok(("-movflags +faststart -f mp4", "video/mp4")),
        (Format::Matroska, _) => Ok(("-f webm", "video/webm")),
        (Format::Ogg, _) => Ok(("-f ogg", "video/ogg")),
        _ => Err(Failure::UnsupportedFormat),
    }
}

/// The units of a stream that show nothing, and in which cameras write places, times and their own names (docs/decisions/0055).
fn said_between_pictures(codec: &str) -> Option<&'static str> {
    match codec {
        // Supplemental enhancement information (ITU-T H.264, table 7-1).
        "h264" => Some("6"),
        // The same, before a picture and behind it (ITU-T H.265, table 7-1).
        "hevc" => Some("39-40"),
        // Metadata (AV1 Bitstream & Decoding Process Specification, 6.2.2).
        "av1" => Some("5"),
        _ => None,
    }
}

struct Still {
    width: u32,
    height: u32,
    preview: Preview,
}

/// One frame, right side up, and its smaller forms.
async fn still(run: &Run<'_>, duration_ms: u64) -> Result<Still, Trouble> {
    let path = run.source.scratch.join("still.ppm");
    let fit = "scale=min(1280\\,iw):min(1280\\,ih):force_original_aspect_ratio=decrease";
    let mut outputs = line(&format!(
        "-map 0:V:0 -frames:v 1 -vf {SQUARE},{fit} -c:v ppm -pix_fmt rgb24 -f image2 -update 1"
    ));
    outputs.push(path.clone().into());
    let from = seconds(STILL_AT_MS.min(duration_ms / 10));
    match (Run { from, ..*run }).ask(&outputs).await {
        // Decoders keep frames that others refer to, and ffmpeg a few more: of the largest videos one is all there is room for.
        Err(Trouble::File(Failure::TooMuchMemory)) => {
            Run { keys_only: true, ..*run }.ask(&outputs).await?;
        }
        outcome => drop(outcome?),
    }
    if !path.exists() && from > 0.0 {
        // There is nothing to show so late.
        run.ask(&outputs).await?;
    }
    if !path.exists() {
        return Err(Failure::Damaged.into());
    }
    let job = Job::new(&path, Format::Ppm, run.source.scratch);
    let drawn = draw(run.tools, &job, run.deadline).await?;
    Ok(Still { width: drawn.width, height: drawn.height, preview: drawn.preview(run.source.scratch) })
}

/// Up to three seconds without sound, where there is time for them.
async fn moving(
    run: &Run<'_>,
    duration_ms: u64,
    (width, height): (u32, u32),
) -> Result<Option<Variant>, Trouble> {
    let side = PREVIEW_SIDE;
    let path = run.source.scratch.join("preview");
    let fit = format!(
        "scale=min({side}\\,iw):min({side}\\,ih):force_original_aspect_ratio=decrease:force_divisible_by=2"
    );
    let mut outputs = line(&format!("-map 0:V:0 -t 3 -vf fps=12,{SQUARE},{fit},format=yuv420p"));
    outputs.extend(line(
        "-map_metadata -1 -map_chapters -1 -c:v libx264 -threads 1 -profile:v baseline -preset veryfast -crf 30",
    ));
    // Nor does our own encoder write its name between the pictures.
    outputs.extend(line("-bsf:v filter_units=remove_types=6 -fflags +bitexact -movflags +faststart -f mp4"));
    outputs.push(path.clone().into());
    // From the same place as the still, so that one becomes the other.
    let from = seconds(STILL_AT_MS.min(duration_ms / 10));
    let run = Run {
        from,
        memory: MEMORY_LIMIT,
        deadline: run.deadline.or_after(run.tools.time.mul_f32(MOVING)),
        ..*run
    };
    match run.ask(&outputs).await {
        Ok(_) if path.exists() => {}
        // It is served without one.
        Ok(_) | Err(Trouble::File(_)) => return Ok(None),
        Err(trouble) => return Err(trouble),
    }
    let (width, height) = fitted(width, height, side);
    Ok(Some(Variant { name: "preview_mp4", width, height, content_type: "video/mp4", path }))
}

/// The size that ffmpeg's `scale` comes to, with even sides.
fn fitted(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height).max(side);
    let even = |length: u32| {
        let scaled = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(scaled / 2 * 2).unwrap_or(side).max(2)
    };
    (even(width), even(height))
}

/// The stored size, turned if what is seen of it is.
fn turned_as((width, height): (u32, u32), seen: (u32, u32)) -> (u32, u32) {
    if (width > height) == (seen.0 > seen.1) || seen.0 == seen.1 { (width, height) } else { (height, width) }
}

#[expect(clippy::cast_precision_loss, reason = "of a millisecond and hours nothing is lost")]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}
