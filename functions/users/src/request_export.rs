//! `POST /v1/users/me/export`: asks for an archive of everything the caller may see. A worker writes it.
//!
//! One at a time: who asks while one is being made is answered with that one, and so is who asks within six hours of one that
//! is ready, or within an hour of one that failed. So there are four a day at the most.

use shared::id::ExportId;
use shared::queue::Queue;
use shared::{App, Call, Problem, Reply};

use crate::export::{Row, Task};

/// Notes the wish, tells the worker and answers the export.
pub async fn handle(app: &App, queue: &dyn Queue, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let id: ExportId = app.new_id()?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/request_export.sql",
            caller.session_id.0,
            caller.user_id.0,
            id.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
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
