//! `POST /v1/media`: announces an upload and answers the form that S3 takes it by.
//!
//! The form is good for one key, one type, one size and five minutes, and S3 itself holds the client to that
//! (docs/decisions/0045). Uploads are counted, and so are their bytes, when they are announced.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::MediaId;
use shared::idempotency::{Earlier, Once};
use shared::media::{Media, MediaDetails, MediaLinks, MediaRow, upload_key};
use shared::rate::{Limited, Taken};
use shared::sigv4::{Form, Upload};
use shared::{App, Call, Caller, Problem, Reply};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::new_media::{Checksum, NewMedia};

/// How long a form is good. S3 looks at the time when an upload begins.
const FORM_LIFETIME: Duration = Duration::from_mins(5);

/// How often to try while the same request comes beside us: once that is committed, the next try finds it.
const ATTEMPTS: usize = 3;

/// What the client gets.
#[derive(Serialize)]
struct Announced {
    media: Media,
    upload: UploadForm,
}

/// How to upload the file: as a form of these fields, with the file in a field `file` after them.
#[derive(Serialize)]
struct UploadForm {
    method: &'static str,
    url: String,
    fields: BTreeMap<&'static str, String>,
    expires_at: Timestamp,
}

/// The statement's one row: `create_media.sql`.
struct Outcome {
    session_live: bool,
    announced: bool,
    count_allowed: Option<bool>,
    count_ahead_us: Option<i64>,
    count_newly_refused: Option<bool>,
    bytes_allowed: Option<bool>,
    bytes_ahead_us: Option<i64>,
    bytes_newly_refused: Option<bool>,
    replayed_keyring_id: Option<Uuid>,
    replayed_sealed: Option<Vec<u8>>,
}

/// Announces the upload.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let request = NewMedia::parse(call.fields()?)?;
    let links = app.media_links.as_ref();
    let links = links.ok_or_else(|| Problem::Internal("MEDIA_BUCKET is not set".to_owned()))?;
    let once = app.once(&call, "create_media", caller.user_id.0.as_bytes(), &request.asked()).await?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, links, caller, &request, &once).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("the same upload was being announced beside us at every attempt"))
}

async fn attempt(
    app: &App,
    links: &MediaLinks,
    caller: Caller,
    request: &NewMedia,
    once: &Once,
) -> Result<Option<Reply>, Problem> {
    let id: MediaId = app.new_id()?;
    let now = app.clock.now();
    let details = MediaDetails { file_name: request.file_name.clone(), ..MediaDetails::default() };
    let sealed = app.seal_media_details(id, caller.user_id, &details).await?;
    let reply = Reply::created(&announced(links, caller, request, id, details, now))?;
    let kept = app.keep(once, &reply)?;
    let (count, bytes) = (app.rate_limits.of(Limited::Upload), app.rate_limits.of(Limited::UploadBytes));
    let checksum = request.checksum_sha256.as_ref().map(|checksum| checksum.0.as_slice());
    let size = i32::try_from(request.size).map_err(|failure| Problem::Internal(failure.to_string()))?;

    let statement = || {
        sqlx::query_file_as!(
            Outcome,
            "src/create_media.sql",
            caller.session_id.0,
            caller.user_id.0,
            id.0,
            request.kind.name(),
            request.content_type,
            size,
            sealed.sealed,
            sealed.keyring.0,
            once.key(),
            once.keyring_id(),
            kept,
            count.period_us(),
            count.burst(),
            bytes.period_us(),
            bytes.burst(),
            checksum,
        )
    };
    let outcome = match app.database.fetch_one(statement).await {
        // The same request came twice at this moment; the next attempt finds the other's answer.
        Err(failure) if failure.constraint() == Some("idempotency_key") => return Ok(None),
        outcome => outcome?,
    };
    if !outcome.session_live {
        return Err(Problem::Unauthenticated);
    }
    let earlier =
        Earlier { keyring_id: outcome.replayed_keyring_id, sealed: outcome.replayed_sealed.clone() };
    if let Some(reply) = app.replay(once, earlier).await? {
        return Ok(Some(reply));
    }
    outcome.admit(app, caller, size.unsigned_abs()).await?;
    if outcome.announced { Ok(Some(reply)) } else { Ok(None) }
}

impl Outcome {
    /// Lets the upload pass that was granted what it took.
    async fn admit(&self, app: &App, caller: Caller, size: u32) -> Result<(), Problem> {
        let taken = |allowed: Option<bool>, ahead_us: Option<i64>, newly_refused: Option<bool>| {
            Some(Taken { allowed: allowed?, ahead_us: ahead_us?, newly_refused: newly_refused? })
        };
        if let Some(count) = taken(self.count_allowed, self.count_ahead_us, self.count_newly_refused) {
            app.admit(Limited::Upload, count, Some(caller), None).await?;
        }
        if let Some(bytes) = taken(self.bytes_allowed, self.bytes_ahead_us, self.bytes_newly_refused) {
            let admitted = app.admit_many(Limited::UploadBytes, size, bytes, Some(caller), None).await;
            return admitted.map_err(|problem| match problem {
                Problem::RateLimited { max, retry_after_s } => Problem::UploadQuota { max, retry_after_s },
                other => other,
            });
        }
        Ok(())
    }
}

fn announced(
    links: &MediaLinks,
    caller: Caller,
    request: &NewMedia,
    id: MediaId,
    details: MediaDetails,
    now: OffsetDateTime,
) -> Announced {
    let until = now + FORM_LIFETIME;
    let checksum = request.checksum_sha256.map(Checksum::text);
    let upload = Upload {
        key: &upload_key(id),
        content_type: request.content_type,
        size: request.size.unsigned_abs(),
        checksum_sha256: checksum.as_deref(),
    };
    let Form { url, fields } = links.signer().form(&upload, now, until);
    let row = MediaRow {
        id: id.0,
        owner_id: caller.user_id.0,
        kind: request.kind.name().to_owned(),
        status: "pending".to_owned(),
        failure: None,
        content_type: request.content_type.to_owned(),
        size: request.size,
        width: None,
        height: None,
        duration_ms: None,
        keyring_id: None,
        sealed: None,
        run_id: None,
        reencoded: false,
        variants: Vec::new(),
    };
    Announced {
        media: Media::of(&row, details, None, now),
        upload: UploadForm { method: "POST", url, fields, expires_at: until.into() },
    }
}
