//! `GET /v1/conversations/{conversation_id}/members`: who belongs to a conversation, those who have been there longest first.

use serde::Serialize;
use shared::http::{Cursor, cut, limit};
use shared::id::ConversationId;
use shared::{App, Call, Problem, Reply};

use crate::member::{Member, Row};

/// A page of members.
#[derive(Serialize)]
struct Page {
    items: Vec<Member>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let limit = limit(&call)?;
    let cursor = Cursor::of(&call)?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            own AS (
                SELECT member.conversation_id
                FROM session
                JOIN members AS member ON member.user_id = session.user_id
                WHERE member.conversation_id = $3 AND member.left_at IS NULL
            )
            SELECT EXISTS (SELECT FROM session) AS "session_live!", EXISTS (SELECT FROM own) AS "member!",
                   found.user_id AS "user_id?", users.username AS "username?", users.display_name AS "display_name?",
                   users.deleted_at IS NOT NULL AS "deleted?", found.role AS "role?", found.joined_at AS "joined_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT member.user_id, member.role, member.joined_at
                FROM own
                JOIN members AS member ON member.conversation_id = own.conversation_id
                WHERE member.left_at IS NULL
                  AND ($4::timestamptz IS NULL OR (member.joined_at, member.user_id) > ($4, $5::uuid))
                ORDER BY member.joined_at, member.user_id
                LIMIT $6
            ) AS found ON true
            LEFT JOIN users ON users.id = found.user_id
            ORDER BY found.joined_at, found.user_id
            "#,
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    let first = rows.first().filter(|row| row.session_live).ok_or(Problem::Unauthenticated)?;
    if !first.member {
        return Err(Problem::NotFound);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows
        .last()
        .filter(|_| has_next)
        .and_then(|row| Some(Cursor { time: row.joined_at?, id: row.user_id? }));
    let items = rows.into_iter().filter_map(|row| {
        let row = Row {
            user_id: row.user_id,
            username: row.username,
            display_name: row.display_name,
            deleted: row.deleted,
            role: row.role,
            joined_at: row.joined_at,
        };
        row.into_member()
    });
    Reply::ok(&Page { items: items.collect(), next_cursor: end.map(|cursor| cursor.encode()) })
}
