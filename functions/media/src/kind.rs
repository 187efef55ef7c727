//! What may be uploaded.

use serde_json::Value;
use shared::http::{Invalid, Parse};

use crate::preview::Kind;

/// What a file may hold that is neither picture nor video nor recording. Nothing that a browser runs: whatever is not listed
/// goes as `application/octet-stream`.
const FILES: [&str; 13] = [
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/json",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/csv",
    "text/plain",
];

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 4] = [Self::Image, Self::Video, Self::Audio, Self::File];

    /// The name in SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The types that a file of this kind may hold.
    #[must_use]
    pub fn content_types(self) -> &'static [&'static str] {
        match self {
            Self::Image => &["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"],
            Self::Video => &["video/mp4", "video/quicktime", "video/webm"],
            Self::Audio => &["audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"],
            Self::File => &FILES,
        }
    }

    /// The listed type that this text names.
    ///
    /// # Errors
    /// That it is none, with what would do instead.
    pub fn content_type(self, text: &str) -> Result<&'static str, Invalid> {
        if let Some(known) = self.content_types().iter().find(|known| **known == text) {
            return Ok(known);
        }
        let rule = match text {
            "image/heic" | "image/heif" | "image/heic-sequence" | "image/heif-sequence" => {
                "HEIC is not supported: convert the picture to image/jpeg".to_owned()
            }
            "image/svg+xml" if self == Self::Image => {
                "SVG is not supported: convert the picture to image/png".to_owned()
            }
            _ if self == Self::File => {
                format!("must be one of {}; application/octet-stream for all others", FILES.join(", "))
            }
            _ => format!("must be one of {}", self.content_types().join(", ")),
        };
        Err(Invalid::new("unsupported_type", rule))
    }
}

impl Parse for Kind {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        Self::named(name).ok_or_else(|| Invalid::new("invalid_value", "must be image, video, audio or file"))
    }
}
