//! `GET /v1/media/{media_id}`: a file, with links that live for minutes.
//!
//! For who uploaded it, for members who may see a message that holds it, and for whoever may see whose picture it is.

use shared::id::MediaId;
use shared::media::{Media, MediaRow};
use shared::message::Opener;
use shared::{App, Call, Problem, Reply};

/// Answers the file.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let media: MediaId = call.path_id("media_id")?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            found AS (
                SELECT media_part(file)::text AS part
                FROM session
                JOIN media AS file ON media_visible(file.id, session.user_id)
                WHERE file.id = $3
            )
            SELECT EXISTS (SELECT FROM session) AS "session_live!", found.part AS "part?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN found ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            media.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let row = MediaRow::read(&row.part.ok_or(Problem::NotFound)?)?;
    let mut opener = Opener::new(app);
    let details = opener.open_media(&row).await?;
    opener.finish().await;
    Reply::ok(&Media::of(&row, details, app.media_links.as_ref(), app.clock.now()))
}
