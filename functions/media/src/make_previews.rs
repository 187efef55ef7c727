//! Worker of the queue `media`: looks at what was uploaded, makes what is served of it, and tells its uploader.
//!
//! The bucket's events come at least once, late and in any order, and a worker may be killed anywhere. So each step is a
//! conditional update that a second worker finds done: `pending → uploaded` by the event, `uploaded → processing` by a run,
//! which writes to a place of its own, `processing → ready | failed` by that run alone. A file that a run has been at for
//! longer than Lambda lets it is anybody's again; after three runs it has failed (docs/decisions/0046).

mod claim;
mod finish;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shared::App;
use shared::crypto::BoxFuture;
use shared::id::MediaId;
use shared::media::{ITSELF, served_key, served_prefix, upload_key};
use shared::objects::{Attachment, Fetched, Objects};
use shared::worker::{Task, TaskFailure};
use uuid::Uuid;

pub(crate) use self::claim::RUNS;
use self::claim::{Claim, claim, note};
use crate::event::Told;
use crate::preview::{Interrupted, Made, Preview, Source};

/// What looks at a file: [`crate::preview::process`], but for tests of what becomes of its answers.
pub type Look = for<'a> fn(&'a Source<'a>) -> BoxFuture<'a, Result<Made, Interrupted>>;

/// Why a file failed that nobody has looked at; what a look finds is said by [`crate::preview::Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is not there any more.
    UploadMissing,
    /// It is not as large as was announced.
    SizeMismatch,
    /// It is another file than was announced.
    ChecksumMismatch,
    /// Run after run was interrupted, or died.
    ProcessingFailed,
}

impl Lost {
    /// As clients are told.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::UploadMissing => "upload_missing",
            Self::SizeMismatch => "size_mismatch",
            Self::ChecksumMismatch => "checksum_mismatch",
            Self::ProcessingFailed => "processing_failed",
        }
    }
}

/// Does what a task tells of.
///
/// # Errors
/// [`TaskFailure::Fail`] for what is no task of ours; otherwise what is worth another try.
pub async fn handle(app: &App, objects: &dyn Objects, look: Look, task: Task<'_>) -> Result<(), TaskFailure> {
    let told = Told::read(task.body).ok_or_else(|| TaskFailure::Fail("it cannot be read".to_owned()))?;
    match told {
        Told::Uploads(uploads) => {
            for upload in uploads {
                note(app, &upload).await?;
                work(app, objects, look, upload.media).await?;
            }
            Ok(())
        }
        Told::Again(media) => work(app, objects, look, media).await,
    }
}

/// A folder that goes when it is no longer needed, also when the run ends half-way.
struct Scratch(PathBuf);

impl Scratch {
    fn make(run: Uuid) -> Result<Self, Interrupted> {
        let folder = std::env::temp_dir().join(format!("talkify-media-{run}"));
        std::fs::create_dir(&folder).map_err(|failure| Interrupted(format!("a folder: {failure}")))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(failure) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%failure, "a scratch folder stays until the environment goes");
        }
    }
}

/// What came of a run.
enum Outcome {
    /// What was made, and the bytes of what is served in the upload's place.
    Ready(Box<Preview>, i64),
    Failed(&'static str),
}

/// Makes what is served of a file, if it is this run's to make.
async fn work(app: &App, objects: &dyn Objects, look: Look, media: MediaId) -> Result<(), TaskFailure> {
    let run: Uuid = app.new_id()?;
    let Some(claim) = claim(app, media, run).await? else { return Ok(()) };
    let outcome = match make(objects, look, &claim).await {
        Ok(outcome) => outcome,
        Err(Interrupted(reason)) => {
            tracing::warn!(media_id = %media, %run, reason, "a run was interrupted");
            // Another run may find what this one could not.
            return if claim.give_back(app).await? { Err(TaskFailure::Retry(reason)) } else { Ok(()) };
        }
    };
    let ours = match outcome {
        Outcome::Ready(preview, size) => claim.is_ready(app, &preview, size).await?,
        Outcome::Failed(reason) => claim.has_failed(app, reason).await?,
    };
    // What is not served is deleted: of a run that is no longer the file's, or of a file that is gone.
    if !ours {
        objects.delete_all(&format!("{}{run}/", served_prefix(media))).await?;
        return Ok(());
    }
    // What stays is forgotten by the bucket itself, in time.
    if let Err(failure) = objects.delete_all(&upload_key(media)).await {
        tracing::warn!(media_id = %media, %failure, "an upload stays for a while");
    }
    Ok(())
}

/// Looks at the upload, and stores what is to be served of it.
async fn make(objects: &dyn Objects, look: Look, claim: &Claim) -> Result<Outcome, Interrupted> {
    let scratch = Scratch::make(claim.run)?;
    let upload = scratch.0.join("upload");
    let size = claim.size.unsigned_abs();
    let fetched = objects.fetch(&upload_key(claim.media), &upload, size).await;
    match fetched.map_err(|failure| Interrupted(failure.to_string()))? {
        Fetched::Whole(bytes) if bytes == size => {}
        Fetched::Whole(_) | Fetched::TooLarge => return Ok(Outcome::Failed(Lost::SizeMismatch.reason())),
        Fetched::Missing => return Ok(Outcome::Failed(Lost::UploadMissing.reason())),
    }
    if let Some(announced) = &claim.checksum
        && *announced != sha256(&upload)?
    {
        return Ok(Outcome::Failed(Lost::ChecksumMismatch.reason()));
    }
    let made = scratch.0.join("made");
    std::fs::create_dir(&made).map_err(|failure| Interrupted(format!("a folder: {failure}")))?;
    let source = Source { path: &upload, kind: claim.kind, content_type: claim.content_type, scratch: &made };
    let preview = match look(&source).await? {
        Made::Ready(preview) => preview,
        Made::Failed(failure) => return Ok(Outcome::Failed(failure.reason())),
    };
    let itself = match &preview.clean {
        Some(clean) => (ITSELF, clean.content_type, clean.path.as_path()),
        // From our own copy: whoever has the form may put something else in its place meanwhile.
        None => (ITSELF, claim.content_type, upload.as_path()),
    };
    let variants =
        preview.variants.iter().map(|variant| (variant.name, variant.content_type, variant.path.as_path()));
    for (name, content_type, file) in std::iter::once(itself).chain(variants) {
        store(objects, claim, name, content_type, file).await?;
    }
    let size = file_size(itself.2)?;
    Ok(Outcome::Ready(Box::new(preview), size))
}

fn file_size(file: &Path) -> Result<i64, Interrupted> {
    let size = std::fs::metadata(file).map_err(|failure| Interrupted(format!("a file: {failure}")))?.len();
    i64::try_from(size).map_err(|failure| Interrupted(failure.to_string()))
}

fn sha256(file: &Path) -> Result<Vec<u8>, Interrupted> {
    let failed = |failure: std::io::Error| Interrupted(format!("a file: {failure}"));
    let (mut file, mut hash) = (File::open(file).map_err(failed)?, Sha256::new());
    let mut part = vec![0; 64 << 10];
    loop {
        match file.read(&mut part).map_err(failed)? {
            0 => return Ok(hash.finalize().to_vec()),
            read => hash.update(&part[..read]),
        }
    }
}

async fn store(
    objects: &dyn Objects,
    claim: &Claim,
    name: &str,
    content_type: &'static str,
    file: &Path,
) -> Result<(), Interrupted> {
    // Links say how each is served; without one, nothing is shown in place.
    let attachment = Attachment { content_type, file_name: "file" };
    let stored = objects.put(&served_key(claim.media, claim.run, name), file, attachment).await;
    stored.map_err(|failure| Interrupted(failure.to_string()))
}
