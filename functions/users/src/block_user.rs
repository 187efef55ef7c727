//! `PUT /v1/users/me/blocks/{user_id}`: blocks somebody: no new direct conversation, no direct message, no presence.
//! Blocking one who is blocked changes nothing.

use shared::id::UserId;
use shared::{App, Call, Problem, Reply};

/// Blocks the user in the path.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user: UserId = call.path_id("user_id")?;
    if user == caller.user_id {
        return Err(Problem::invalid("user_id", "invalid_value", "must be somebody else"));
    }
    let event = app.new_event()?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            known AS (
                SELECT live.user_id, users.id
                FROM live
                JOIN users ON users.id = $3 AND users.deleted_at IS NULL
            ),
            blocked AS (
                INSERT INTO blocks (user_id, blocked_id) SELECT known.user_id, known.id FROM known
                ON CONFLICT DO NOTHING
                RETURNING blocks.user_id
            ),
            -- For the caller's other devices.
            event AS (
                INSERT INTO outbox (id, type, user_id) SELECT $4, 'block.updated', blocked.user_id FROM blocked
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM known) AS "known!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            user.0,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if row.known { Ok(Reply::no_content()) } else { Err(Problem::NotFound) }
}
