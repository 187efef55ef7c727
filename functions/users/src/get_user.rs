//! `GET /v1/users/{user_id}`: somebody's public profile. Of a deleted account only the id is left.

use shared::id::UserId;
use shared::{App, Call, Problem, Reply};

use crate::profile::Row;

/// Answers the profile.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user: UserId = call.path_id("user_id")?;
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            found AS (
                SELECT profile.*
                FROM live
                JOIN visible_profiles AS profile ON profile.viewer_id = live.user_id
                WHERE profile.id = $3
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", found.*
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN found ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            user.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    Reply::ok(&row.into_profile().ok_or(Problem::NotFound)?)
}
