//! Files.

use std::path::Path;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use tokio::fs::File;
use tokio::time::sleep;

use crate::world::wait;
use crate::{AnnouncedMediaUpload, Client, Error, Media, MediaFailure, MediaStatus, NewMedia, NewMediaKind};

/// How long an upload may take.
const PATIENCE: Duration = Duration::from_mins(10);
const ANYTHING: &str = "application/octet-stream";
/// What the server looks at, by the ends of names; it says so itself where this list has become old.
const KNOWN: [(&str, NewMediaKind, &str); 19] = [
    ("jpg", NewMediaKind::Image, "image/jpeg"),
    ("jpeg", NewMediaKind::Image, "image/jpeg"),
    ("png", NewMediaKind::Image, "image/png"),
    ("gif", NewMediaKind::Image, "image/gif"),
    ("webp", NewMediaKind::Image, "image/webp"),
    ("avif", NewMediaKind::Image, "image/avif"),
    ("mp4", NewMediaKind::Video, "video/mp4"),
    ("mov", NewMediaKind::Video, "video/quicktime"),
    ("webm", NewMediaKind::Video, "video/webm"),
    ("mp3", NewMediaKind::Audio, "audio/mpeg"),
    ("m4a", NewMediaKind::Audio, "audio/mp4"),
    ("ogg", NewMediaKind::Audio, "audio/ogg"),
    ("wav", NewMediaKind::Audio, "audio/wav"),
    ("flac", NewMediaKind::Audio, "audio/flac"),
    ("pdf", NewMediaKind::File, "application/pdf"),
    ("zip", NewMediaKind::File, "application/zip"),
    ("json", NewMediaKind::File, "application/json"),
    ("csv", NewMediaKind::File, "text/csv"),
    ("txt", NewMediaKind::File, "text/plain"),
];

/// A file to be uploaded.
#[derive(Debug)]
pub struct Upload<'path> {
    /// Where it is.
    pub path: &'path Path,
    /// What it is to be shown as.
    pub kind: NewMediaKind,
    /// What is in it.
    pub content_type: &'path str,
}

impl<'path> Upload<'path> {
    /// The file at this path, by the end of its name.
    #[must_use]
    pub fn of(path: &'path Path) -> Self {
        let (kind, content_type) = kind_of(path);
        Self { path, kind, content_type }
    }
}

/// The kind and the type of a file, by the end of its name; whatever is not known is a file of any type.
#[must_use]
pub fn kind_of(path: &Path) -> (NewMediaKind, &'static str) {
    let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let known = KNOWN.iter().find(|(known, ..)| *known == end);
    known.map_or((NewMediaKind::File, ANYTHING), |(_, kind, content_type)| (*kind, content_type))
}

impl Client {
    /// Uploads a file and answers it when it is ready to be sent in a message.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Upload`], [`Error::Media`], and those of `create_media`.
    pub async fn upload(&self, upload: &Upload<'_>) -> Result<Media, Error> {
        let size = tokio::fs::metadata(upload.path).await.map_err(Error::File)?.len();
        let new = NewMedia {
            kind: upload.kind,
            content_type: upload.content_type.to_owned(),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            file_name: upload.path.file_name().map(|name| name.to_string_lossy().into_owned()),
            checksum_sha256: None,
        };
        let announced = self.create_media(&new).await?;
        for attempt in 1.. {
            match self.send_form(&announced.upload, upload.path, size).await {
                Ok(()) => break,
                // The form is for one object: what is sent twice is there once.
                Err(error) if error.is_retryable() && attempt <= 3 => {
                    sleep(wait(attempt, None, Duration::from_millis(500), Duration::from_secs(10))).await;
                }
                Err(error) => return Err(error),
            }
        }
        self.ready(announced.media.id).await
    }

    /// Waits until the server has looked at an upload.
    ///
    /// # Errors
    /// [`Error::Media`] with why it was refused, and those of `get_media`.
    pub async fn ready(&self, media_id: uuid::Uuid) -> Result<Media, Error> {
        for attempt in 1.. {
            let media = self.get_media(media_id).await?;
            match media.status {
                MediaStatus::Ready => return Ok(media),
                MediaStatus::Failed => {
                    return Err(Error::Media(media.failure.unwrap_or(MediaFailure::ProcessingFailed)));
                }
                MediaStatus::Pending | MediaStatus::Processing => {
                    sleep(wait(attempt, None, Duration::from_millis(300), Duration::from_secs(5))).await;
                }
            }
        }
        Err(Error::TimedOut)
    }

    /// Sends the form that an upload was announced with. It goes to the store, without a token.
    async fn send_form(&self, upload: &AnnouncedMediaUpload, path: &Path, size: u64) -> Result<(), Error> {
        let file = File::open(path).await.map_err(Error::File)?;
        let fields = upload.fields.iter();
        let form = fields.fold(Form::new(), |form, (name, value)| form.text(name.clone(), value.clone()));
        let form = form.part("file", Part::stream_with_length(file, size).file_name("file"));
        let sent = self.shared.http.post(&upload.url).timeout(PATIENCE).multipart(form).send().await?;
        if sent.status().is_success() { Ok(()) } else { Err(Error::Upload(sent.status().as_u16())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_says_what_a_file_is() {
        assert_eq!(kind_of(Path::new("The View.JPG")), (NewMediaKind::Image, "image/jpeg"));
        assert_eq!(kind_of(Path::new("notes.rs")), (NewMediaKind::File, ANYTHING));
        assert_eq!(kind_of(Path::new("README")), (NewMediaKind::File, ANYTHING));
    }
}
