//! `POST /v1/users/me/export`: asks for an archive of everything the caller may see. A worker writes it.
//!
//! One at a time: who asks while one is being made is answered with that one, and so is who asks within six hours of one that
//! is ready, or within an hour of one that failed. So there are four a day at the most.

use serde_json::json;
use shared::id::ExportId;
use shared::idempotency::Earlier;
use shared::queue::Queue;
use shared::{App, Call, Problem, Reply};

use crate::export::{Export, Row, Task};

/// How often to try while the same request is worked on beside us: once that is committed, the next try finds its answer.
const ATTEMPTS: usize = 3;

/// Notes the wish, tells the worker and answers the export.
pub async fn handle(app: &App, queue: &dyn Queue, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let id: ExportId = app.new_id()?;
    let stamp = app.stamp()?;
    let once = app.once(&call, "request_export", caller.user_id.0.as_bytes(), &json!({})).await?;
    let requested_at = app.clock.now();
    let kept = app.keep(&once, &Reply::accepted(&Export::new(id, requested_at))?)?;
    let statement = || {
        sqlx::query_file!(
            "src/request_export.sql",
            caller.session_id.0,
            caller.user_id.0,
            id.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
            requested_at,
            once.key(),
            once.keyring_id(),
            kept,
        )
    };
    let mut attempt = 1;
    let row = loop {
        match app.database.fetch_one(statement).await {
            Err(failure) if failure.constraint() == Some("idempotency_key") && attempt < ATTEMPTS => {
                attempt += 1
            }
            row => break row?,
        }
    };
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let earlier = Earlier { keyring_id: row.replayed_keyring_id, sealed: row.replayed_sealed };
    if let Some(reply) = app.replay(&once, earlier).await? {
        return Ok(reply);
    }
    let row = Row {
        session_live: row.session_live,
        id: row.id,
        state: row.state,
        requested_at: row.requested_at,
        finished_at: row.finished_at,
        size: row.size,
        expires_at: row.expires_at,
        object_key: row.object_key,
    };
    let export = row
        .into_export()
        .ok_or_else(|| Problem::Internal("an export was neither found nor made".to_owned()))?;
    if export.id == id {
        let task = Task { export_id: id, user_id: caller.user_id };
        if let Err(failure) = task.send(queue).await {
            tracing::warn!(export_id = %id, %failure, "the export waits for the sweep to be sent");
        }
    }
    Reply::accepted(&export)
}
