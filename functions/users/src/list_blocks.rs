//! `GET /v1/users/me/blocks`: whom the caller has blocked, the latest first.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::http::{Cursor, cut, limit};
use shared::id::UserId;
use shared::{App, Call, Problem, Reply};

/// One who is blocked.
#[derive(Serialize)]
struct Block {
    user_id: UserId,
    username: String,
    display_name: String,
    created_at: Timestamp,
}

/// A page of blocks.
#[derive(Serialize)]
struct Page {
    items: Vec<Block>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let cursor = Cursor::of(&call)?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", block.id AS "id?", block.username AS "username?",
                   block.display_name AS "display_name?", block.created_at AS "created_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT users.id, users.username, users.display_name, blocks.created_at
                FROM blocks
                JOIN users ON users.id = blocks.blocked_id
                WHERE blocks.user_id = (SELECT user_id FROM live)
                  AND ($3::timestamptz IS NULL OR (blocks.created_at, blocks.blocked_id) < ($3, $4::uuid))
                ORDER BY blocks.created_at DESC, blocks.blocked_id DESC
                LIMIT $5
            ) AS block ON true
            ORDER BY block.created_at DESC, block.id DESC
            "#,
            caller.session_id.0,
            caller.user_id.0,
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end =
        rows.last().filter(|_| has_next).and_then(|row| Some(Cursor { time: row.created_at?, id: row.id? }));
    let items = rows.into_iter().filter_map(|row| {
        Some(Block {
            user_id: row.id?.into(),
            username: row.username?,
            display_name: row.display_name?,
            created_at: row.created_at?.into(),
        })
    });
    Reply::ok(&Page { items: items.collect(), next_cursor: end.map(|cursor| cursor.encode()) })
}
