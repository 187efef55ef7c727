//! `GET /v1/users/me/settings`: one's own privacy switches.

use shared::account::Settings;
use shared::{App, Call, Problem, Reply};

/// Answers the switches.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let statement = || {
        sqlx::query_as!(
            Settings,
            r#"
            SELECT users.send_read_receipts, users.send_typing, users.show_last_seen
            FROM live_sessions AS session
            JOIN users ON users.id = session.user_id
            WHERE session.id = $1 AND session.user_id = $2
            "#,
            caller.session_id.0,
            caller.user_id.0,
        )
    };
    Reply::ok(&app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?)
}
