//! Worker of a schedule: removes changes that are older than what we promise to catch up from, and what is left of groups that
//! ended before then (docs/decisions/0041).
//!
//! Each hour. Batches, each of them one statement that finds what is left: it may be killed anywhere and run twice at once.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;

/// Rows of one statement.
const BATCH: i64 = 2_000;
/// How long it begins new batches.
const RUNS_FOR: Duration = Duration::from_mins(2);

/// Removes what has had its time; answers how much that was.
pub async fn handle(app: &App) -> Result<Value, DatabaseFailure> {
    let begun = app.clock.monotonic();
    let in_time = || app.clock.monotonic().saturating_sub(begun) < RUNS_FOR;
    let (mut changes, mut messages, mut groups) = (0, 0, 0);
    while in_time() {
        let statement = || sqlx::query_file!("src/purge_ended/changes.sql", BATCH);
        let gone = app.database.fetch_one(statement).await?.gone;
        changes += gone;
        if gone == 0 {
            break;
        }
    }
    while in_time() {
        let statement = || sqlx::query_file!("src/purge_ended/group.sql", BATCH);
        let Some(batch) = app.database.fetch_all(statement).await?.pop() else { break };
        messages += batch.messages;
        groups += batch.groups;
    }
    if changes + messages + groups > 0 {
        tracing::info!(changes, messages, groups, "what has ended was purged");
    }
    Ok(json!({"changes": changes, "messages": messages, "groups": groups}))
}
