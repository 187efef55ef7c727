//! `GET /v1/users/me`: one's own profile.

use shared::profile::UserRow;
use shared::{App, Call, Problem, Reply};

/// Answers the profile.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let statement = || {
        sqlx::query_as!(
            UserRow,
            r#"
            SELECT users.id, users.username, users.display_name, users.bio, users.avatar_media_id, users.presence,
                   users.status_text, users.status_emoji, users.status_expires_at, users.role, users.created_at,
                   users.email_sealed, users.email_keyring_id
            FROM live_sessions AS session
            JOIN users ON users.id = session.user_id
            WHERE session.id = $1 AND session.user_id = $2
            "#,
            caller.session_id.0,
            caller.user_id.0,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    Reply::ok(&app.own_profile(row).await?)
}
