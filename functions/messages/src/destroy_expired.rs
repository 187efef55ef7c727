//! Worker of a schedule: ends messages whose time is over, and destroys the keys of days that are (docs/decisions/0041).
//!
//! Each minute. Nobody waits for it: from the second on at which a message is over, every statement and every answer treats it
//! as deleted. Batches, each of them one statement that finds what is left: it may be killed anywhere and run twice at once.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;

/// Messages of one statement, so that none holds a conversation for long.
const BATCH: i64 = 500;
/// How long it begins new batches.
const RUNS_FOR: Duration = Duration::from_secs(40);

/// Ends what is over; answers how much that was.
pub async fn handle(app: &App) -> Result<Value, DatabaseFailure> {
    let begun = app.clock.monotonic();
    let in_time = || app.clock.monotonic().saturating_sub(begun) < RUNS_FOR;
    let (mut limited, mut ended, mut keys) = (0, 0, 0);
    // What was said before its conversation got a retention.
    while in_time() {
        let statement = || sqlx::query_file!("src/destroy_expired/retain.sql", BATCH);
        let Some(batch) = app.database.fetch_all(statement).await?.pop() else { break };
        limited += batch.limited;
    }
    while in_time() {
        let statement = || sqlx::query_file!("src/destroy_expired/end_messages.sql", BATCH);
        let batch = app.database.fetch_one(statement).await?.ended;
        ended += batch;
        if batch < BATCH {
            break;
        }
    }
    while in_time() {
        let statement = || sqlx::query_file!("src/destroy_expired/destroy_epochs.sql", BATCH);
        let batch = app.database.fetch_one(statement).await?.destroyed;
        keys += batch;
        if batch < BATCH {
            break;
        }
    }
    if limited + ended + keys > 0 {
        tracing::info!(limited, ended, keys, "what is over was destroyed");
    }
    Ok(json!({"limited": limited, "ended": ended, "keys": keys}))
}
