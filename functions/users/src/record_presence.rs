//! Worker of the queue `presence`: writes when users were last seen, a whole batch in one statement.

use serde::{Deserialize, Deserializer};
use shared::App;
use shared::worker::TaskFailure;
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
    let statement = || {
        sqlx::query!(
            r#"
            WITH seen AS (
                SELECT record.user_id, max(record.at) AS at
                FROM unnest($1::uuid[], $2::timestamptz[]) AS record (user_id, at)
                GROUP BY record.user_id
            ),
            -- In one order, so that two batches with the same users do not wait for each other in a circle.
            locked AS (
                SELECT users.id, seen.at
                FROM users
                JOIN seen ON seen.user_id = users.id
                WHERE users.deleted_at IS NULL AND (users.last_seen_at IS NULL OR users.last_seen_at < seen.at)
                ORDER BY users.id
                FOR NO KEY UPDATE OF users
            )
            UPDATE users SET last_seen_at = locked.at FROM locked WHERE users.id = locked.id RETURNING users.id
            "#,
            &users,
            &times,
        )
    };
    let written = app.database.fetch_all(statement).await?.len();
    tracing::info!(records = batch.len(), written, "presence recorded");
    Ok(())
}
