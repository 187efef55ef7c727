//! Why nothing could be made of a file.

use serde::{Deserialize, Serialize};

/// Why a file can never be served: for clients, a fixed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// It has no bytes.
    Empty,
    /// Nothing is made of its format.
    UnsupportedFormat,
    /// Its first bytes are those of another type than was declared.
    TypeMismatch,
    /// It is cut off, or contradicts itself.
    Damaged,
    /// It is 0 pixels wide or high.
    NoPixels,
    /// More than 40 megapixels, a side longer than 16,384, or an animation of too many of them together.
    TooManyPixels,
    /// An animation of more than 1,000 frames.
    TooManyFrames,
    /// A recording of more than six hours, or an animation of more than ten minutes.
    TooLong,
    /// It asks for more passes or larger parts than a real file does.
    TooComplex,
    /// It was not done when its time was up.
    TookTooLong,
    /// It asked for more memory than there is for one file.
    TooMuchMemory,
}

impl Failure {
    /// All of them, for the contract.
    pub const ALL: [Self; 11] = [
        Self::Empty,
        Self::UnsupportedFormat,
        Self::TypeMismatch,
        Self::Damaged,
        Self::NoPixels,
        Self::TooManyPixels,
        Self::TooManyFrames,
        Self::TooLong,
        Self::TooComplex,
        Self::TookTooLong,
        Self::TooMuchMemory,
    ];

    /// As clients are told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnsupportedFormat => "unsupported_format",
            Self::TypeMismatch => "type_mismatch",
            Self::Damaged => "damaged",
            Self::NoPixels => "no_pixels",
            Self::TooManyPixels => "too_many_pixels",
            Self::TooManyFrames => "too_many_frames",
            Self::TooLong => "too_long",
            Self::TooComplex => "too_complex",
            Self::TookTooLong => "took_too_long",
            Self::TooMuchMemory => "too_much_memory",
        }
    }
}

/// What happened has nothing to do with the file: it is worth another try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("interrupted: {0}")]
pub struct Interrupted(pub String);

/// What ends the work on a file.
#[derive(Debug)]
pub enum Trouble {
    /// The file is to blame, and will be the next time.
    File(Failure),
    /// The machine is.
    Machine(Interrupted),
}

impl Trouble {
    /// Something that this machine should have been able to do.
    pub fn machine(what: &str, reason: &dyn std::fmt::Display) -> Self {
        Self::Machine(Interrupted(format!("{what}: {reason}")))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::File(failure)
    }
}

impl From<Interrupted> for Trouble {
    fn from(interrupted: Interrupted) -> Self {
        Self::Machine(interrupted)
    }
}

/// Reading and writing our own files only fails with the machine; decoders report what they read otherwise.
impl From<std::io::Error> for Trouble {
    fn from(failure: std::io::Error) -> Self {
        Self::machine("files", &failure)
    }
}
