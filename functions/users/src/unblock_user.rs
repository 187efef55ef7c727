//! `DELETE /v1/users/me/blocks/{user_id}`: ends a block. One who is not blocked is no error.

use shared::id::UserId;
use shared::{App, Call, Problem, Reply};

/// Unblocks the user in the path.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user: UserId = call.path_id("user_id")?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            unblocked AS (
                DELETE FROM blocks USING live WHERE blocks.user_id = live.user_id AND blocks.blocked_id = $3
                RETURNING blocks.user_id
            ),
            -- For the caller's other devices.
            event AS (
                INSERT INTO outbox (id, type, user_id) SELECT $4, 'block.updated', unblocked.user_id FROM unblocked
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            user.0,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if row.session_live { Ok(Reply::no_content()) } else { Err(Problem::Unauthenticated) }
}
