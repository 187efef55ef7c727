//! What is made of an uploaded file: its clean form, its smaller forms, and what is known of it.
//!
//! ```text
//! process ── format.rs: what the first bytes are, against what was declared
//!    ├─ pictures and PDF pages   child.rs: this program once more, confined, draws     picture/, document.rs
//!    └─ video and audio          child.rs: this program once more, confined, becomes ffmpeg     video.rs, audio.rs
//! ```
//!
//! Nothing is decoded in the process that serves: docs/decisions/0047.

mod audio;
mod avif;
mod child;
mod confine;
mod deadline;
mod document;
mod failure;
mod ffmpeg;
mod format;
mod picture;
mod run;
mod video;
mod waveform;

use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::app::required;

pub use child::child;
pub use confine::Confinement;
pub use failure::{Failure, Interrupted};

use self::deadline::Deadline;
use self::failure::Trouble;
use self::format::{Family, Format};

/// How long one file may take on Lambda until it is known whether it is served; what is then made of a picture takes as long as it
/// takes, which its size bounds.
pub const TIME_LIMIT: Duration = Duration::from_secs(9);
/// How long one child may compute: longer, so that it is the parent that ends it, which knows why.
pub const CPU_LIMIT: Duration = Duration::from_secs(11);
/// How long one child may take to write what is made of a good picture: many times what the largest needs.
pub const GRACE: Duration = Duration::from_mins(1);
/// What one child may allocate of a file that is served. With its program and the worker it stays under 512 MB.
pub const MEMORY_LIMIT: u64 = 448 << 20;
/// What one child may allocate while the file may yet be refused. With its program and the worker it stays under 256 MB.
pub const DOUBT_LIMIT: u64 = 216 << 20;
/// What one child may write to one file: PNG of 40 megapixels with opacity, packed quickly, takes 1.5 bytes for each of theirs where
/// nothing in it repeats.
pub const FILE_LIMIT: u64 = 256 << 20;

/// The programs that do the work.
#[derive(Debug, Clone)]
pub struct Tools {
    /// A program whose `main` begins with [`child`]: the worker itself (`std::env::current_exe`).
    pub program: PathBuf,
    /// ffmpeg, from the layer (docs/decisions/0048).
    pub ffmpeg: PathBuf,
    /// Whether ffmpeg opens files where the sandbox around us does not let it give up the network (docs/decisions/0067).
    pub confinement: Confinement,
    /// How long one file may take; longer than [`TIME_LIMIT`] on a machine that has other things to do.
    pub time: Duration,
}

/// Where the layer puts ffmpeg.
const LAYER: &str = "/opt/bin/ffmpeg";

impl Tools {
    /// This program itself, and the ffmpeg that `FFMPEG_PATH` names, or else the layer's; confined unless `FFMPEG_CONFINEMENT` says
    /// `possible`.
    #[must_use]
    pub fn from_environment() -> Self {
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/proc/self/exe"));
        let ffmpeg = required("FFMPEG_PATH").map_or_else(|_| LAYER.into(), PathBuf::from);
        let confinement = match required("FFMPEG_CONFINEMENT").as_deref() {
            Ok("possible") => Confinement::Possible,
            _ => Confinement::Required,
        };
        Self { program, ffmpeg, confinement, time: TIME_LIMIT }
    }
}

/// A file to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file as it was uploaded.
    pub path: &'a Path,
    /// What its uploader says it is.
    pub kind: Kind,
    /// What its uploader says it holds, from the list of its kind, such as `image/jpeg`.
    pub content_type: &'a str,
    /// A folder for whatever is made, which the caller deletes.
    pub scratch: &'a Path,
}

/// What a file is to its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture, moving or not.
    Image,
    /// Moving pictures, with or without sound.
    Video,
    /// A recording.
    Audio,
    /// Anything else.
    File,
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It may be served.
    Ready(Preview),
    /// It never will be.
    Failed(Failure),
}

/// What is known of a file, and what was made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// In pixels, as it is shown.
    pub width: Option<u32>,
    /// In pixels, as it is shown.
    pub height: Option<u32>,
    /// In milliseconds.
    pub duration_ms: Option<u64>,
    /// A blurred likeness (<https://evanw.github.io/thumbhash/>).
    pub thumbhash: Option<Vec<u8>>,
    /// How loud it is over its length, at most 256 values from 0 to 100.
    pub waveform: Option<Vec<u8>>,
    /// What is served in place of what was uploaded; without one, that itself is.
    pub clean: Option<FileMade>,
    /// Smaller forms.
    pub variants: Vec<Variant>,
}

/// A file that was made, in the source's scratch folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMade {
    /// Where.
    pub path: PathBuf,
    /// Such as `image/webp`.
    pub content_type: &'static str,
}

/// A smaller form of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Unique among the file's variants: lower-case letters, digits and `_`.
    pub name: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Such as `image/webp`.
    pub content_type: &'static str,
    /// Where, in the source's scratch folder.
    pub path: PathBuf,
}

/// Looks at a file and makes what is to be served of it. A file of kind [`Kind::File`] is served as it is; the first page of a PDF
/// is drawn beside it where that works.
///
/// # Errors
/// [`Interrupted`] when the machine failed, and not the file.
pub async fn process(tools: &Tools, source: &Source<'_>) -> Result<Made, Interrupted> {
    if let Err(failure) = confine::hide()
        && tools.confinement == Confinement::Required
    {
        return Err(Interrupted(failure));
    }
    let deadline = Deadline::after(tools.time);
    let made = match look(source) {
        Ok(format) => make(tools, source, format, deadline).await,
        Err(trouble) => Err(trouble),
    };
    match made {
        Ok(preview) => Ok(Made::Ready(preview)),
        Err(Trouble::File(failure)) => Ok(Made::Failed(failure)),
        Err(Trouble::Machine(interrupted)) => Err(interrupted),
    }
}

/// The format of the file, which is one of those that its declared type allows.
fn look(source: &Source<'_>) -> Result<Format, Trouble> {
    let format = Format::of(source.path)?;
    if source.kind == Kind::File {
        return Ok(format);
    }
    if format == Format::Empty {
        return Err(Failure::Empty.into());
    }
    let declared = format::declared(source.content_type).ok_or(Failure::UnsupportedFormat)?;
    if declared.contains(&format) {
        return Ok(format);
    }
    // Of a picture that nothing opens clients should hear, whatever it is called.
    let unsupported = format.is_known_unsupported() && source.kind == Kind::Image;
    Err(if unsupported { Failure::UnsupportedFormat } else { Failure::TypeMismatch }.into())
}

async fn make(
    tools: &Tools,
    source: &Source<'_>,
    format: Format,
    deadline: Deadline,
) -> Result<Preview, Trouble> {
    match (source.kind, format.family()) {
        (Kind::Image, Family::Picture) => {
            let job = child::Job::new(source.path, format, source.scratch);
            Ok(child::draw(tools, &job, deadline).await?.preview(source.scratch))
        }
        (Kind::Image, Family::ForeignPicture) => avif::make(tools, source, deadline).await,
        (Kind::Video, Family::Recording) => video::make(tools, source, format, deadline).await,
        (Kind::Audio, Family::Recording) => audio::make(tools, source, format, deadline).await,
        (Kind::File, Family::Document) => document::make(tools, source, deadline).await,
        (Kind::File, _) => Ok(Preview::default()),
        _ => Err(Failure::TypeMismatch.into()),
    }
}
