//! Whose a file is to look at: the first two steps of its way, and the way back.

use shared::App;
use shared::database::DatabaseFailure;
use shared::id::MediaId;
use shared::media::MediaRow;
use shared::worker::TaskFailure;
use uuid::Uuid;

use super::Lost;
use crate::event::Uploaded;
use crate::preview::Kind;

/// How many runs a file gets.
pub(crate) const RUNS: i32 = 3;

/// A file that is this run's until it finishes, or has taken longer than Lambda lets it.
pub struct Claim {
    pub media: MediaId,
    pub run: Uuid,
    pub kind: Kind,
    pub content_type: &'static str,
    /// As announced, in bytes.
    pub size: i64,
    /// The SHA-256 that was announced, if one was.
    pub checksum: Option<Vec<u8>>,
    /// With what is sealed of it.
    pub row: MediaRow,
}

/// Notes that an upload came: of a file that waits for one, or for a run, and only if the event is later than what is known.
pub async fn note(app: &App, upload: &Uploaded) -> Result<(), DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            UPDATE media
            SET status = 'uploaded', sequencer = $2, uploaded_at = coalesce(uploaded_at, clock_timestamp())
            WHERE id = $1
              AND (status = 'pending' OR (status = 'uploaded' AND sequencer < $2))
            RETURNING id
            "#,
            upload.media.0,
            upload.sequencer,
        )
    };
    app.database.fetch_all(statement).await.map(drop)
}

/// Takes a file that has come, if nobody is at it; `None` when there is nothing to do.
///
/// # Errors
/// [`TaskFailure::Fail`] when the row is of a kind or a type that this version does not know.
pub async fn claim(app: &App, media: MediaId, run: Uuid) -> Result<Option<Claim>, TaskFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments: the run tells our own earlier one. Six minutes: one more than the function has.
            UPDATE media AS file
            SET status = 'processing', run_id = $2, claimed_at = clock_timestamp(),
                attempts = file.attempts + CASE WHEN file.run_id = $2 THEN 0 ELSE 1 END
            WHERE file.id = $1
              -- What was announced to a version before this one waits until `rotate_keys` has sealed its name again: it opens under
              -- a key to which this worker has no right (docs/decisions/0065). Then the sweep sends it again.
              AND NOT EXISTS (
                  SELECT FROM keys.keyring AS key WHERE key.id = file.details_keyring_id AND key.purpose <> 'media'
              )
              AND ((file.status = 'processing' AND file.run_id = $2)
                   OR (file.attempts < $3
                       AND (file.status = 'uploaded'
                            OR (file.status = 'processing' AND file.claimed_at < now() - interval '6 minutes'))))
            RETURNING media_part(file)::text AS "part!", file.checksum_sha256
            "#,
            media.0,
            run,
            RUNS,
        )
    };
    let Some(claimed) = app.database.fetch_all(statement).await?.pop() else { return Ok(None) };
    let row = MediaRow::read(&claimed.part)?;
    let kind =
        Kind::named(&row.kind).ok_or_else(|| TaskFailure::Fail("a file of an unknown kind".to_owned()))?;
    let content_type = kind
        .content_type(&row.content_type)
        .map_err(|_| TaskFailure::Fail("a file of an unknown type".to_owned()))?;
    Ok(Some(Claim { media, run, kind, content_type, size: row.size, checksum: claimed.checksum_sha256, row }))
}

impl Claim {
    /// After an interruption: the file waits for another run, or has failed for good; whether it waits.
    pub async fn give_back(&self, app: &App) -> Result<bool, TaskFailure> {
        let event = app.new_event()?;
        let statement = || {
            sqlx::query!(
                r#"
                WITH given_back AS (
                    UPDATE media AS file
                    SET status = CASE WHEN file.attempts < $3 THEN 'uploaded' ELSE 'failed' END,
                        failure = CASE WHEN file.attempts < $3 THEN NULL ELSE $4 END,
                        -- As if sent now, so that the sweep lets what ails us pass first.
                        sent_at = clock_timestamp()
                    WHERE file.id = $1 AND file.run_id = $2 AND file.status = 'processing'
                    RETURNING file.id, file.owner_id, file.status
                ),
                event AS (
                    INSERT INTO outbox (id, type, user_id, media_id)
                    SELECT $5, 'media.failed', given_back.owner_id, given_back.id FROM given_back WHERE given_back.status = 'failed'
                    ON CONFLICT (id) DO NOTHING
                )
                SELECT status FROM given_back
                "#,
                self.media.0,
                self.run,
                RUNS,
                Lost::ProcessingFailed.reason(),
                event.0,
            )
        };
        let row = app.database.fetch_all(statement).await?.pop();
        Ok(row.is_some_and(|row| row.status == "uploaded"))
    }
}
