//! Invoked each minute: sends to the queue `media` what no worker has finished, gives up what none can, and lets go of files
//! that nobody needs, first in the database and then in the bucket.
//!
//! Every step takes a bounded number at a time and leaves the rest to the next, so a run may end anywhere.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::id::MediaId;
use shared::media::{served_prefix, upload_key};
use shared::objects::{ObjectFailure, Objects};
use shared::queue::Queue;
use uuid::Uuid;

use crate::event::again;
use crate::make_previews::{Lost, RUNS};

/// How long a run begins something new; its function has two minutes.
const PATIENCE: Duration = Duration::from_secs(45);
/// Files looked at, and files let go of, by one statement.
const BATCH: i32 = 200;

/// Does what is due; answers how much that was.
pub async fn handle(app: &App, objects: &dyn Objects, queue: &dyn Queue) -> Result<Value, DatabaseFailure> {
    let begun = app.clock.monotonic();
    let in_time = || app.clock.monotonic().saturating_sub(begun) < PATIENCE;
    let given_up = give_up(app).await?;
    let sent = send_again(app, queue).await?;
    while in_time() && empty_ended_conversation(app).await? {}
    let mut dropped = 0;
    while in_time() {
        let (looked_at, gone) = review(app).await?;
        dropped += gone;
        if looked_at < BATCH {
            break;
        }
    }
    let mut destroyed = 0;
    while in_time() {
        let due = remains(app).await?;
        if due.is_empty() {
            break;
        }
        let mut gone: Vec<Uuid> = Vec::with_capacity(due.len());
        for media in &due {
            if let Err(failure) = destroy(objects, *media).await {
                tracing::warn!(%failure, "the sweep comes again in a minute");
                break;
            }
            gone.push(media.0);
        }
        forget(app, &gone).await?;
        destroyed += gone.len();
        if gone.len() < due.len() {
            break;
        }
    }
    tracing::info!(given_up, sent, dropped, destroyed, "files were swept");
    Ok(json!({"given_up": given_up, "sent": sent, "dropped": dropped, "destroyed": destroyed}))
}

/// What has had its runs, and nobody is at any more, has failed.
async fn give_up(app: &App) -> Result<usize, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            WITH hopeless AS (
                SELECT file.id FROM media AS file
                WHERE file.status IN ('uploaded', 'processing') AND file.attempts >= $1
                  AND (file.status = 'uploaded' OR file.claimed_at < now() - interval '6 minutes')
                ORDER BY file.uploaded_at
                LIMIT 500
                FOR UPDATE SKIP LOCKED
            ),
            failed AS (
                UPDATE media AS file SET status = 'failed', failure = $2
                FROM hopeless
                WHERE file.id = hopeless.id
                RETURNING file.id, file.owner_id
            )
            INSERT INTO outbox (id, type, user_id, media_id)
            SELECT gen_random_uuid(), 'media.failed', failed.owner_id, failed.id FROM failed
            RETURNING id
            "#,
            RUNS,
            Lost::ProcessingFailed.reason(),
        )
    };
    Ok(app.database.fetch_all(statement).await?.len())
}

/// Sends what waits longer than an event takes, or has a run that is over; answers how many.
async fn send_again(app: &App, queue: &dyn Queue) -> Result<usize, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT file.id
            FROM media AS file
            WHERE file.status IN ('uploaded', 'processing') AND file.attempts < $1
              AND CASE file.status
                      WHEN 'uploaded' THEN coalesce(file.sent_at, file.uploaded_at) < now() - interval '2 minutes'
                      ELSE file.claimed_at < now() - interval '6 minutes'
                           AND coalesce(file.sent_at < now() - interval '2 minutes', true)
                  END
            ORDER BY file.uploaded_at
            LIMIT 200
            "#,
            RUNS,
        )
    };
    let mut sent: Vec<Uuid> = Vec::new();
    for row in app.database.fetch_all(statement).await? {
        if let Err(failure) = queue.send(again(row.id.into())).await {
            tracing::warn!(%failure, "the sweep comes again in a minute");
            break;
        }
        sent.push(row.id);
    }
    if !sent.is_empty() {
        let statement = || {
            sqlx::query!(
                "UPDATE media SET sent_at = clock_timestamp() WHERE id = ANY ($1) RETURNING id",
                &sent
            )
        };
        app.database.fetch_all(statement).await?;
    }
    Ok(sent.len())
}

/// Lets go of some files of a group that has ended; whether there was one.
async fn empty_ended_conversation(app: &App) -> Result<bool, DatabaseFailure> {
    let statement =
        || sqlx::query!(r#"SELECT was_one AS "was_one!" FROM empty_ended_conversation($1)"#, BATCH);
    Ok(app.database.fetch_one(statement).await?.was_one)
}

/// Looks at some files that are due; answers how many, and how many nobody needed.
async fn review(app: &App) -> Result<(i32, i32), DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"SELECT looked_at AS "looked_at!", dropped AS "dropped!" FROM review_due_media($1)"#,
            BATCH
        )
    };
    let row = app.database.fetch_one(statement).await?;
    Ok((row.looked_at, row.dropped))
}

/// Files of which something is left in the bucket.
async fn remains(app: &App) -> Result<Vec<MediaId>, DatabaseFailure> {
    let statement =
        || sqlx::query!("SELECT media_id FROM media_remains WHERE due <= now() ORDER BY due LIMIT 100");
    let rows = app.database.fetch_all(statement).await?;
    Ok(rows.into_iter().map(|row| row.media_id.into()).collect())
}

async fn destroy(objects: &dyn Objects, media: MediaId) -> Result<(), ObjectFailure> {
    objects.delete_all(&served_prefix(media)).await?;
    objects.delete_all(&upload_key(media)).await
}

async fn forget(app: &App, gone: &[Uuid]) -> Result<(), DatabaseFailure> {
    let statement =
        || sqlx::query!("DELETE FROM media_remains WHERE media_id = ANY ($1) RETURNING media_id", gone);
    app.database.fetch_all(statement).await.map(drop)
}
