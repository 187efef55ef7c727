//! `DELETE /v1/sessions/{session_id}`: ends one of the caller's sessions, such as that of a lost telephone. Ending one
//! that has ended already changes nothing and is no error.

use shared::id::SessionId;
use shared::{App, Call, Caller, Problem, Reply};

/// Ends the session in the path.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let session = call.path_id("session_id")?;
    end(app, caller, session).await
}

/// Ends one of the caller's sessions.
pub(crate) async fn end(app: &App, caller: Caller, session: SessionId) -> Result<Reply, Problem> {
    let (stamp, event) = (app.stamp()?, app.new_event()?);
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            own AS (
                SELECT session.id
                FROM live
                JOIN sessions AS session ON session.user_id = live.user_id
                WHERE session.id = $3
            ),
            ended AS (
                UPDATE sessions AS session SET revoked_at = now()
                FROM own
                WHERE session.id = own.id AND session.revoked_at IS NULL
                RETURNING session.id, session.user_id
            ),
            audited AS (
                INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
                SELECT $4, 'authn_token_revoked', ended.user_id, $1, 'session', ended.id, $5, $6 FROM ended
                ON CONFLICT (id) DO NOTHING
            ),
            told AS (
                INSERT INTO outbox (id, type, user_id) SELECT $7, 'session.revoked', ended.user_id FROM ended
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM own) AS "own!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            session.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if row.own { Ok(Reply::no_content()) } else { Err(Problem::NotFound) }
}
