//! `DELETE /v1/devices/{device_id}`: has one of the caller's devices told of nothing any more. Removing one that
//! is not there changes nothing.

use shared::id::DeviceId;
use shared::{App, Call, Problem, Reply};

/// Removes the device.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let device: DeviceId = call.path_id("device_id")?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            removed AS (
                DELETE FROM devices USING live
                WHERE devices.user_id = live.user_id AND devices.id = $3
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            device.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if row.session_live { Ok(Reply::no_content()) } else { Err(Problem::Unauthenticated) }
}
