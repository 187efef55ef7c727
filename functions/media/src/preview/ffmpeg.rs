//! ffmpeg (<https://ffmpeg.org/ffmpeg.html>), confined and told as little as it needs.

use std::ffi::OsString;
use std::path::PathBuf;

use tokio::process::Command;

use super::child::confined;
use super::confine::Bounds;
use super::deadline::Deadline;
use super::failure::{Failure, Interrupted, Trouble};
use super::format::Format;
use super::run::{Ended, run};
use super::{CPU_LIMIT, FILE_LIMIT, Source, Tools};

/// Milliseconds of a recording, at the most.
const DURATION_LIMIT_MS: u64 = 6 * 60 * 60 * 1000;
/// Decoders that recordings of phones and browsers need; ffmpeg has five hundred more.
const DECODERS: &str = "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,h263,mjpeg,prores,aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,\
    pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav";
/// Bytes of the stack of each of its half a dozen threads, which count as allocated: a quarter would do.
const STACK: u64 = 1 << 20;
/// The exit code of our own part of the child, before it is ffmpeg.
const MACHINE: i32 = 75;

/// One run of ffmpeg over a source.
pub struct Run<'a> {
    pub tools: &'a Tools,
    pub source: &'a Source<'a>,
    pub format: Format,
    /// Seconds of the source that are passed over.
    pub from: f64,
    /// Whether only frames are decoded that need no other.
    pub keys_only: bool,
    /// Whether the picture is pasted together of several.
    pub pasted: bool,
    /// Bytes it may allocate.
    pub memory: u64,
    pub deadline: Deadline,
}

/// What a run said on standard output.
#[derive(Debug, Default)]
pub struct Said {
    text: String,
}

impl Run<'_> {
    /// Runs it and keeps what it says.
    pub async fn ask(&self, outputs: &[OsString]) -> Result<Said, Trouble> {
        let mut said = Vec::new();
        self.listen(outputs, |piece| said.extend_from_slice(piece)).await?;
        Ok(Said { text: String::from_utf8_lossy(&said).into_owned() })
    }

    /// Runs it and passes on what it says.
    pub async fn listen(&self, outputs: &[OsString], hear: impl FnMut(&[u8])) -> Result<(), Trouble> {
        let mut command = self.command()?;
        command.args(outputs);
        let ended = run(&mut command, [self.deadline; 2], hear).await?;
        judge(&ended)
    }

    fn command(&self) -> Result<Command, Trouble> {
        let Self { tools, source, format, .. } = self;
        // Libraries of the system, for the build is not static; nothing else is there.
        let system =
            ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"];
        let mut reads = vec![source.path.to_owned(), tools.ffmpeg.clone()];
        reads.extend(system.map(PathBuf::from));
        let bounds = Bounds {
            memory: self.memory,
            doubt: self.memory,
            stack: STACK,
            seconds: CPU_LIMIT.as_secs(),
            doubt_seconds: CPU_LIMIT.as_secs(),
            file: FILE_LIMIT,
            reads,
            writes: source.scratch.to_owned(),
            confinement: tools.confinement,
        };
        let mut command = confined(tools, &tools.ffmpeg, &bounds)?;
        command
            .args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"])
            // Each thread takes memory, and a picture that is pasted together has filters of its own.
            .args(["-filter_threads", "1", "-filter_complex_threads", "1"])
            .args(["-protocol_whitelist", "file,pipe", "-codec_whitelist", DECODERS])
            .args(["-threads", "1", "-max_pixels", max_pixels(*format), "-f", demuxer(*format)?]);
        if matches!(format, Format::Mp4 | Format::Avif) {
            // It could name other files to play.
            command.args(["-enable_drefs", "0"]);
        }
        if self.pasted {
            // The whole is turned, and not each of its parts.
            command.arg("-noautorotate");
        }
        if self.keys_only {
            command.args(["-skip_frame", "nokey"]);
        }
        if self.from > 0.0 {
            command.args(["-ss", &format!("{:.3}", self.from)]);
        }
        let mut input = OsString::from("file:");
        input.push(source.path);
        command.arg("-i").arg(input);
        Ok(command)
    }
}

/// Forced, so that no content can choose one that opens further files.
fn demuxer(format: Format) -> Result<&'static str, Failure> {
    Ok(match format {
        Format::Mp4 | Format::Avif => "mov",
        Format::Matroska => "matroska",
        Format::Mp3 => "mp3",
        Format::Ogg => "ogg",
        Format::Wav => "wav",
        Format::Flac => "flac",
        _ => return Err(Failure::UnsupportedFormat),
    })
}

/// Pixels of a picture, at the most. A frame of a recording is made small where it is decoded; of AVIF all pixels are written, which
/// are in memory three times then.
fn max_pixels(format: Format) -> &'static str {
    if format == Format::Avif { "24000000" } else { "40000000" }
}

fn judge(ended: &Ended) -> Result<(), Trouble> {
    if let Some(failure) = ended.killed_for() {
        return Err(failure.into());
    }
    if ended.status.success() {
        return Ok(());
    }
    let said = |what: &str| ended.errors.contains(what);
    tracing::info!(errors = ended.errors.trim(), "ffmpeg refused a file");
    if ended.status.code() == Some(MACHINE) || said("No space left on device") {
        return Err(Interrupted(format!("ffmpeg: {}", ended.errors.trim())).into());
    }
    Err(match () {
        // There is no such thing in it as it is declared to be.
        () if said("matches no streams") => Failure::TypeMismatch,
        () if said("exceeds specified max pixel count") || said("exceeds limit") => Failure::TooManyPixels,
        () if said("Cannot allocate memory") || said("get_buffer() failed") => Failure::TooMuchMemory,
        // More threads than there is memory for: each part of a picture has some.
        () if said("File too large") || said("Resource temporarily unavailable") => Failure::TooComplex,
        () if said("Only VP8 or VP9 or AV1") || said("codec not currently supported in container") => {
            Failure::UnsupportedFormat
        }
        () => Failure::Damaged,
    }
    .into())
}

impl Said {
    /// How long was written, of what `-progress` says: of the packets there are, and not of what a header claims.
    pub fn duration_ms(&self) -> Result<u64, Failure> {
        let times = self.text.lines().filter_map(|line| line.strip_prefix("out_time_us="));
        let microseconds = times.filter_map(|time| time.parse::<i64>().ok()).next_back().unwrap_or(0);
        let milliseconds = u64::try_from(microseconds).unwrap_or(0) / 1000;
        if milliseconds > DURATION_LIMIT_MS { Err(Failure::TooLong) } else { Ok(milliseconds) }
    }

    /// A field of the head that `framecrc` writes.
    fn field(&self, name: &str) -> Option<&str> {
        let line = self.text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_once(": ").map(|(_, value)| value)
    }

    /// The codec of a video, as ffmpeg names it.
    pub fn codec(&self) -> Option<&str> {
        self.field("#codec_id ")
    }

    /// Width and height as the pixels are shown, but for rotation.
    pub fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = self.field("#dimensions ")?.split_once('x')?;
        let (width, height) = (width.parse::<u32>().ok()?, height.parse::<u32>().ok()?);
        let shape = self.field("#sar ").and_then(|sar| sar.split_once('/'));
        let (wide, high) =
            shape.and_then(|(wide, high)| Some((wide.parse().ok()?, high.parse().ok()?))).unwrap_or((1, 1));
        let stretched =
            if wide == 0 || high == 0 { u64::from(width) } else { u64::from(width) * wide / high };
        Some((u32::try_from(stretched).ok()?, height))
    }
}

/// Options as ffmpeg takes them.
pub fn line(words: &str) -> Vec<OsString> {
    words.split_whitespace().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ffmpeg_says_is_read() {
        let text = "#codec_id 0: mpeg4\n#dimensions 0: 720x576\n#sar 0: 16/15\nout_time_us=N/A\nout_time_us=40000\nout_time_us=5000000\n";
        let said = Said { text: text.to_owned() };
        assert_eq!(said.size(), Some((768, 576)));
        assert_eq!(said.codec(), Some("mpeg4"));
        assert_eq!(said.duration_ms(), Ok(5000));
        assert_eq!(Said::default().size(), None);
        assert_eq!(Said { text: "out_time_us=99999999999".to_owned() }.duration_ms(), Err(Failure::TooLong));
    }
}
