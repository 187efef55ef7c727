//! Removes what has had its time: kept answers after a day, limits that are whole again, tokens and sessions that have ended,
//! search tokens of conversations that have, what workers have said of themselves, and what is kept of pushes and webhooks'
//! deliveries.
//!
//! Invoked by a schedule, each hour. Nothing waits for it: what has ended is ended for every statement before it is removed.

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;

/// Rows of each kind that one statement removes, so that none holds its locks for long.
const BATCH: i64 = 5_000;
/// Statements of one invocation; what is left then waits for the next.
const BATCHES: usize = 20;

/// Removes what has ended; the answer counts it.
pub async fn handle(app: &App) -> Result<Value, DatabaseFailure> {
    let mut removed = [0_i64; 8];
    for _ in 0..BATCHES {
        let row = app.database.fetch_one(|| sqlx::query_file!("src/sweep_expired.sql", BATCH)).await?;
        let batch = [
            row.answers,
            row.limits,
            row.tokens,
            row.sessions,
            row.words,
            row.stats,
            row.pushes,
            row.deliveries,
        ];
        for (sum, count) in removed.iter_mut().zip(batch) {
            *sum += count;
        }
        if batch.iter().all(|count| *count < BATCH) {
            break;
        }
    }
    let [answers, limits, tokens, sessions, words, stats, pushes, deliveries] = removed;
    tracing::info!(answers, limits, tokens, sessions, words, stats, pushes, deliveries, "swept");
    Ok(json!({
        "answers": answers, "limits": limits, "tokens": tokens, "sessions": sessions, "words": words,
        "stats": stats, "pushes": pushes, "deliveries": deliveries,
    }))
}
