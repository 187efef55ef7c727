//! Worker of the queue `presence`: writes when users were last seen, a whole batch in one statement.
//!
//! The batch is answered with the records that failed, so that only they come again
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>).

use serde::Deserialize;
use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::queue::records;
use time::OffsetDateTime;
use uuid::Uuid;

/// That a user was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    user_id: Uuid,
    /// Seconds since 1970.
    at: i64,
}

/// Writes the batch; answers which records are none of ours.
pub async fn handle(app: &App, event: Value) -> Result<Value, DatabaseFailure> {
    let (mut users, mut times, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    // Whatever a record says, nobody was seen later than now.
    let now = app.clock.now();
    for record in records(&event) {
        let seen = serde_json::from_str::<Seen>(record.body).ok();
        let time = seen.as_ref().and_then(|seen| OffsetDateTime::from_unix_timestamp(seen.at).ok());
        if let (Some(seen), Some(time)) = (seen, time) {
            users.push(seen.user_id);
            times.push(time.min(now));
        } else {
            tracing::error!(message_id = record.id, "a record of the presence queue cannot be read");
            failed.push(json!({"itemIdentifier": record.id}));
        }
    }
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
    if !users.is_empty() {
        let written = app.database.fetch_all(statement).await?.len();
        tracing::info!(records = users.len(), written, failed = failed.len(), "presence recorded");
    }
    Ok(json!({"batchItemFailures": failed}))
}
