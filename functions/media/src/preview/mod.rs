//! What is made of an uploaded file: its clean form, its smaller forms, and what is known of it.

use std::path::{Path, PathBuf};

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

/// Why a file can never be served: for clients, a fixed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Its first bytes are those of another type than was declared.
    TypeMismatch,
}

impl Failure {
    /// As clients are told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TypeMismatch => "type_mismatch",
        }
    }
}

/// What happened has nothing to do with the file: it is worth another try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("interrupted: {0}")]
pub struct Interrupted(pub String);

/// Looks at a file and makes what is to be served of it. A file of kind [`Kind::File`] is served as it is.
///
/// # Errors
/// [`Interrupted`] when the machine failed, and not the file.
#[expect(clippy::unused_async, reason = "what the other kinds need is waited for")]
pub async fn process(source: &Source<'_>) -> Result<Made, Interrupted> {
    match source.kind {
        Kind::File => Ok(Made::Ready(Preview::default())),
        Kind::Image | Kind::Video | Kind::Audio => {
            Err(Interrupted(format!("nothing opens {} yet", source.content_type)))
        }
    }
}
