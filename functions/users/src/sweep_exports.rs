//! Invoked each minute: sends to the queue `export` what its request could not send or what no worker has finished, and forgets
//! what is long done.
//!
//! A record that is sent twice does no harm: the worker takes an export once.

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::queue::Queue;
use uuid::Uuid;

use crate::export::Task;

/// Sends what is due; answers how much that was.
pub async fn handle(app: &App, queue: &dyn Queue) -> Result<Value, DatabaseFailure> {
    let due = due(app).await?;
    let mut sent: Vec<Uuid> = Vec::with_capacity(due.len());
    for task in &due {
        if let Err(failure) = task.send(queue).await {
            tracing::warn!(%failure, "the sweep comes again in a minute");
            break;
        }
        sent.push(task.export_id.0);
    }
    let statement = || {
        sqlx::query!("UPDATE exports SET sent_at = clock_timestamp() WHERE id = ANY($1) RETURNING id", &sent)
    };
    if !sent.is_empty() {
        app.database.fetch_all(statement).await?;
        tracing::info!(sent = sent.len(), due = due.len(), "exports were sent again");
    }
    Ok(json!({"due": due.len(), "sent": sent.len()}))
}

async fn due(app: &App) -> Result<Vec<Task>, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            -- Nobody has told that the last attempt is over, and there will be no other.
            WITH given_up AS (
                UPDATE exports SET state = 'failed', finished_at = clock_timestamp()
                WHERE state = 'running' AND attempts >= 5 AND started_at < now() - interval '16 minutes'
            ),
            forgotten AS (
                DELETE FROM exports
                WHERE id IN (
                    SELECT id FROM exports
                    WHERE state IN ('ready', 'failed') AND finished_at < now() - interval '30 days'
                    ORDER BY finished_at
                    LIMIT 1000
                )
            )
            SELECT id, user_id
            FROM exports
            WHERE (state IN ('pending', 'erased')
                   AND (sent_at < now() - interval '15 minutes'
                        OR (sent_at IS NULL AND requested_at < now() - interval '10 seconds')))
               -- A worker has 15 minutes.
               OR (state = 'running' AND attempts < 5 AND started_at < now() - interval '16 minutes'
                   AND coalesce(sent_at < now() - interval '15 minutes', true))
            ORDER BY requested_at
            LIMIT 500
            "#,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    Ok(rows.into_iter().map(|row| Task { export_id: row.id.into(), user_id: row.user_id.into() }).collect())
}
