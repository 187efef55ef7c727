//! Invoked each minute: sends to the queue `events` what its request could not send, or what nobody has told since.
//!
//! An event that is sent twice does no harm: whoever tells it does so once, or tells the same again.

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::id::OutboxId;
use shared::outbox;
use shared::queue::Queue;
use uuid::Uuid;

/// Events that are sent at once: ten messages, one call of the queue.
const BATCH: i64 = 1_000;
/// Batches of one invocation; what is left then waits for the next.
const BATCHES: usize = 30;

/// Sends what is due; answers how much that was.
pub async fn handle(app: &App, queue: &dyn Queue) -> Result<Value, DatabaseFailure> {
    let mut sent = 0;
    for _ in 0..BATCHES {
        let due = due(app).await?;
        let events: Vec<OutboxId> = due.iter().copied().map(OutboxId).collect();
        if let Err(failure) = outbox::send(queue, &events).await {
            tracing::warn!(%failure, "the sweep comes again in a minute");
            break;
        }
        if !due.is_empty() {
            put_off(app, &due).await?;
        }
        sent += due.len();
        if i64::try_from(due.len()).is_ok_and(|count| count < BATCH) {
            break;
        }
    }
    if sent > 0 {
        tracing::warn!(sent, "events were sent by the sweep");
    }
    Ok(json!({"sent": sent}))
}

async fn due(app: &App) -> Result<Vec<Uuid>, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            "SELECT id FROM outbox WHERE published_at IS NULL AND due_at < now() ORDER BY due_at LIMIT $1",
            BATCH,
        )
    };
    Ok(app.database.fetch_all(statement).await?.into_iter().map(|row| row.id).collect())
}

/// As long as it may take to tell them; each minute anew they would only make a long queue longer.
async fn put_off(app: &App, sent: &[Uuid]) -> Result<(), DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            "UPDATE outbox SET due_at = now() + interval '5 minutes' WHERE id = ANY($1) AND published_at IS NULL RETURNING id",
            sent,
        )
    };
    app.database.fetch_all(statement).await.map(drop)
}
