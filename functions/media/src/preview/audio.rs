//! Recordings: how long, how loud, and a copy without what was written beside the sound.

use super::deadline::Deadline;
use super::failure::{Failure, Trouble};
use super::ffmpeg::{Run, line};
use super::format::Format;
use super::waveform::Waveform;
use super::{DOUBT_LIMIT, FileMade, Preview, Source, Tools, child::CLEAN};

/// The part of a file's time that may be listened for the waveform; what takes longer has none.
const LISTENING: f32 = 0.55;

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
    let clean = FileMade { path: source.scratch.join(CLEAN), content_type: content_type(format)? };
    let mut outputs = line("-map 0:a:0 -c copy -map_metadata -1 -map_chapters -1 -fflags +bitexact");
    outputs.extend(line(muxer(format)?));
    outputs.push(clean.path.clone().into());
    outputs.extend(line("-progress pipe:1"));
    let duration_ms = run.ask(&outputs).await?.duration_ms()?;
    let mut waveform = Waveform::default();
    let run = Run { deadline: deadline.or_after(tools.time.mul_f32(LISTENING)), ..run };
    let samples = line("-map 0:a:0 -ac 1 -ar 8000 -f s16le pipe:1");
    let waveform = match run.listen(&samples, |piece| waveform.hear(piece)).await {
        Ok(()) => Some(waveform.points()),
        // It is served without one.
        Err(Trouble::File(Failure::TookTooLong)) => None,
        Err(trouble) => return Err(trouble),
    };
    if waveform.as_ref().is_some_and(Vec::is_empty) {
        // Packets that no decoder makes a sound of.
        return Err(Failure::Damaged.into());
    }
    Ok(Preview { duration_ms: Some(duration_ms), waveform, clean: Some(clean), ..Preview::default() })
}

fn muxer(format: Format) -> Result<&'static str, Failure> {
    Ok(match format {
        Format::Mp4 => "-movflags +faststart -f mp4",
        Format::Matroska => "-f webm",
        Format::Mp3 => "-id3v2_version 0 -write_id3v1 0 -f mp3",
        Format::Ogg => "-f ogg",
        Format::Wav => "-f wav",
        Format::Flac => "-f flac",
        _ => return Err(Failure::UnsupportedFormat),
    })
}

fn content_type(format: Format) -> Result<&'static str, Failure> {
    Ok(match format {
        Format::Mp4 => "audio/mp4",
        Format::Matroska => "audio/webm",
        Format::Mp3 => "audio/mpeg",
        Format::Ogg => "audio/ogg",
        Format::Wav => "audio/wav",
        Format::Flac => "audio/flac",
        _ => return Err(Failure::UnsupportedFormat),
    })
}
