//! Invoked each minute: ends statuses whose time is over, and has it told who is there no longer.
//!
//! Nothing waits for it: for whoever looks, a status is over and somebody is away when it is so (`visible_profiles`).

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::id::OutboxId;

/// Users of each kind that one statement changes, so that none holds its locks for long.
const BATCH: i64 = 500;
/// Statements of one invocation; what is left then waits for the next.
const BATCHES: usize = 20;

/// Ends what is over; the answer counts the users.
pub async fn handle(app: &App) -> Result<Value, DatabaseFailure> {
    let mut changed = 0;
    for _ in 0..BATCHES {
        let statement = || {
            sqlx::query!(
                r#"
                -- Safe to repeat: what was ended is over no more. Who is being written by others is left to the next run.
                WITH away AS (
                    SELECT users.id
                    FROM users
                    WHERE users.shown_online AND users.last_seen_at < now() - interval '5 minutes'
                    ORDER BY users.last_seen_at
                    LIMIT $1
                    FOR NO KEY UPDATE SKIP LOCKED
                ),
                over AS (
                    SELECT users.id
                    FROM users
                    WHERE users.status_expires_at <= now()
                    ORDER BY users.status_expires_at
                    LIMIT $1
                    FOR NO KEY UPDATE SKIP LOCKED
                ),
                ending AS (
                    SELECT coalesce(away.id, over.id) AS id, away.id IS NOT NULL AS away, over.id IS NOT NULL AS over
                    FROM away
                    FULL JOIN over ON over.id = away.id
                ),
                changed AS (
                    UPDATE users
                    SET shown_online = users.shown_online AND NOT ending.away,
                        presence = CASE WHEN ending.over THEN 'online' ELSE users.presence END,
                        status_text = CASE WHEN NOT ending.over THEN users.status_text END,
                        status_emoji = CASE WHEN NOT ending.over THEN users.status_emoji END,
                        status_expires_at = CASE WHEN NOT ending.over THEN users.status_expires_at END
                    FROM ending
                    WHERE users.id = ending.id
                    RETURNING users.id, users.presence <> 'invisible' AS shown
                ),
                told AS (
                    INSERT INTO outbox (id, type, user_id)
                    SELECT gen_random_uuid(), 'presence.updated', changed.id FROM changed WHERE changed.shown
                    RETURNING outbox.id
                )
                SELECT (SELECT count(*) FROM changed) AS "changed!", ARRAY (SELECT told.id FROM told) AS "told!"
                "#,
                BATCH,
            )
        };
        let row = app.database.fetch_one(statement).await?;
        let told: Vec<OutboxId> = row.told.into_iter().map(OutboxId).collect();
        app.tell(&told).await;
        changed += row.changed;
        if row.changed < BATCH {
            break;
        }
    }
    tracing::info!(changed, "presence expired");
    Ok(json!({"changed": changed}))
}
