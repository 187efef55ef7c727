//! Worker of the queue `presence`: writes when users were last seen, a whole batch in one statement, and has it told who is
//! there again.

use serde::{Deserialize, Deserializer};
use shared::id::OutboxId;
use shared::worker::TaskFailure;
use shared::{App, outbox};
use time::OffsetDateTime;
use uuid::Uuid;

/// That a user was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    user_id: Uuid,
    /// Seconds since 1970.
    #[serde(deserialize_with = "seconds")]
    at: OffsetDateTime,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    OffsetDateTime::from_unix_timestamp(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// Writes the batch.
pub async fn handle(app: &App, batch: &[Seen]) -> Result<(), TaskFailure> {
    // Whatever a record says, nobody was seen later than now.
    let now = app.clock.now();
    let users: Vec<Uuid> = batch.iter().map(|seen| seen.user_id).collect();
    let times: Vec<OffsetDateTime> = batch.iter().map(|seen| seen.at.min(now)).collect();
    let events: Vec<Uuid> = batch.iter().map(|_| app.new_id()).collect::<Result<_, _>>()?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH seen AS (
                SELECT record.user_id, max(record.at) AS at, (array_agg(record.event_id))[1] AS event_id
                FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS record (user_id, at, event_id)
                GROUP BY record.user_id
            ),
            -- In one order, so that two batches with the same users do not wait for each other in a circle.
            locked AS (
                SELECT users.id, seen.at, seen.event_id,
                       NOT users.shown_online AND seen.at > now() - interval '5 minutes' AS comes
                FROM users
                JOIN seen ON seen.user_id = users.id
                WHERE users.deleted_at IS NULL AND (users.last_seen_at IS NULL OR users.last_seen_at < seen.at)
                ORDER BY users.id
                FOR NO KEY UPDATE OF users
            ),
            written AS (
                UPDATE users
                SET last_seen_at = locked.at, shown_online = users.shown_online OR locked.comes
                FROM locked
                WHERE users.id = locked.id
                RETURNING users.id, locked.comes AND users.presence <> 'invisible' AS comes, locked.event_id
            ),
            -- Who was away is there again; `expire_presence` tells the opposite.
            told AS (
                INSERT INTO outbox (id, type, user_id)
                SELECT written.event_id, 'presence.updated', written.id FROM written WHERE written.comes
                ON CONFLICT (id) DO NOTHING
                RETURNING outbox.id
            )
            SELECT (SELECT count(*) FROM written) AS "written!", ARRAY (SELECT told.id FROM told) AS "told!"
            "#,
            &users,
            &times,
            &events,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    tracing::info!(records = batch.len(), written = row.written, came = row.told.len(), "presence recorded");
    row.told.into_iter().map(OutboxId).for_each(outbox::note);
    Ok(())
}
