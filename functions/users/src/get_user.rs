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
            -- No row: the session is not live.
            SELECT found.id AS "id?", found.username AS "username?", found.display_name AS "display_name?",
                   found.bio AS "bio?", found.avatar_media_id, found.presence, found.status_text, found.status_emoji,
                   found.status_expires_at, found.last_seen_at, found.created_at AS "created_at?", found.deleted
            FROM live
            LEFT JOIN found ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            user.0,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    Reply::ok(&row.into_profile().ok_or(Problem::NotFound)?)
}
