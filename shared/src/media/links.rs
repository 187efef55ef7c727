//! Where a file's bytes are in the bucket, and links to them.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use super::MediaRow;
use crate::app::{Misconfigured, optional};
use crate::aws::AwsAccess;
use crate::id::MediaId;
use crate::sigv4::Signer;

/// How long a link is good, at the most: whoever has it may read, whatever becomes of their membership.
pub const LINK_LIFETIME: Duration = Duration::from_mins(5);
/// Links of one minute are the same, so that a picture seen twice is loaded once.
const LINK_STEP_S: i64 = 60;
/// The most that a link takes: a session token of Lambda's is some 1,100 characters, more when encoded.
pub(crate) const LINK_BYTES: usize = 2_500;

/// Where clients put what they upload: under the prefix whose objects the bucket forgets by itself.
#[must_use]
pub fn upload_key(media: MediaId) -> String {
    format!("{UPLOADS}{media}")
}

/// The file that was uploaded under a key.
#[must_use]
pub fn uploaded_media(key: &str) -> Option<MediaId> {
    let id = key.strip_prefix(UPLOADS)?;
    Uuid::try_parse(id).ok().filter(|parsed| parsed.to_string() == id).map(MediaId)
}

const UPLOADS: &str = "pending/";

/// Under which everything that is served of a file is.
#[must_use]
pub fn served_prefix(media: MediaId) -> String {
    format!("media/{media}/")
}

/// Where one run of the worker puts what is served of a file. Two runs never write to the same place, so that what is served
/// is never written again.
#[must_use]
pub fn served_key(media: MediaId, run: Uuid, name: &str) -> String {
    format!("{}{run}/{name}", served_prefix(media))
}

/// The name of the file itself among its forms.
pub const ITSELF: &str = "file";

/// Signs links to files.
pub struct MediaLinks {
    signer: Signer,
}

/// How long a browser may keep what a link led to: as long as the link is good.
const CACHED: &str = "private, max-age=300, immutable";

impl MediaLinks {
    /// Links to the bucket of `MEDIA_BUCKET`; `None` for a function that gives out none.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Option<Self>, Misconfigured> {
        let Some(bucket) = optional("MEDIA_BUCKET") else { return Ok(None) };
        Ok(Some(Self::new(Signer::new(AwsAccess::from_environment()?, bucket))))
    }

    /// Links by this signer.
    #[must_use]
    pub fn new(signer: Signer) -> Self {
        Self { signer }
    }

    /// The signer behind them.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// A link to a form of a file, whose content type is as our record says; shown in place only if we encoded it, and a
    /// picture.
    pub(super) fn to(
        &self,
        row: &MediaRow,
        run: Uuid,
        name: &str,
        content_type: &str,
        now: OffsetDateTime,
    ) -> String {
        let media = MediaId(row.id);
        let made_by_us = name != ITSELF || row.reencoded;
        let disposition = if made_by_us && content_type.starts_with("image/") {
            "inline".to_owned()
        } else {
            // What it was called is nobody's to read in the bucket's log.
            format!("attachment; filename=\"{media}{}\"", extension(content_type))
        };
        let overrides = [
            ("response-cache-control", CACHED),
            ("response-content-disposition", disposition.as_str()),
            ("response-content-type", content_type),
        ];
        let begun = now - Duration::from_secs(now.unix_timestamp().rem_euclid(LINK_STEP_S).unsigned_abs());
        self.signer.link(&served_key(media, run, name), &overrides, begun, LINK_LIFETIME)
    }
}

/// What names of files of a type end in; nothing for types that say little.
fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/avif" => ".avif",
        "video/mp4" => ".mp4",
        "video/quicktime" => ".mov",
        "video/webm" => ".webm",
        "audio/mpeg" => ".mp3",
        "audio/mp4" => ".m4a",
        "audio/ogg" => ".ogg",
        "audio/wav" => ".wav",
        "audio/flac" => ".flac",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "text/plain" => ".txt",
        "text/csv" => ".csv",
        _ => "",
    }
}
