//! `DELETE /v1/media/{media_id}`: takes back an upload that nothing holds.
//!
//! Its objects go within a minute or two: `sweep_media` deletes what is left in the bucket.

use shared::id::MediaId;
use shared::{App, Call, Caller, Problem, Reply};
use uuid::Uuid;

/// How often to try while somebody attaches or deletes it beside us: the next try sees what became of it.
const ATTEMPTS: usize = 3;

/// Deletes the upload.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let media: MediaId = call.path_id("media_id")?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, caller, media).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("the file was being attached or deleted beside us at every attempt"))
}

async fn attempt(app: &App, caller: Caller, media: MediaId) -> Result<Option<Reply>, Problem> {
    let request: Uuid = app.new_id()?;
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments: what is left of the file tells our own earlier run ($4).
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            visible AS (
                SELECT file.id, file.owner_id = session.user_id AS own
                FROM session
                JOIN media AS file ON media_visible(file.id, session.user_id)
                WHERE file.id = $3
            ),
            earlier AS (
                SELECT FROM session JOIN media_remains AS remains ON remains.media_id = $3 WHERE remains.request_id = $4
            ),
            dropped AS (
                SELECT dropped.media_id
                FROM visible
                CROSS JOIN LATERAL drop_media(ARRAY[visible.id], $4) AS dropped
                WHERE visible.own
            )
            SELECT CASE
                       WHEN NOT EXISTS (SELECT FROM session) THEN 'unauthenticated'
                       WHEN EXISTS (SELECT FROM dropped) OR EXISTS (SELECT FROM earlier) THEN 'ok'
                       WHEN NOT EXISTS (SELECT FROM visible) THEN 'not_found'
                       WHEN NOT (SELECT visible.own FROM visible) THEN 'not_own'
                       WHEN media_in_use($3) THEN 'attached'
                       ELSE 'again'
                   END AS "outcome!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            media.0,
            request,
        )
    };
    match app.database.fetch_one(statement).await?.outcome.as_str() {
        "unauthenticated" => Err(Problem::Unauthenticated),
        "ok" => Ok(Some(Reply::no_content())),
        "again" => Ok(None),
        "attached" => Err(Problem::MediaAttached),
        "not_own" => Err(Problem::NotAuthor),
        _ => Err(Problem::NotFound),
    }
}
