//! `GET /v1/conversations/{conversation_id}/receipts`: how far each member has got and read, those who have been there longest
//! first. Who does not send read receipts shows theirs to nobody else.

use serde::Serialize;
use shared::http::{Cursor, cut, limit};
use shared::id::{ConversationId, Seq, UserId};
use shared::{App, Call, Problem, Reply};

/// One member's watermarks.
#[derive(Serialize)]
struct Receipt {
    user_id: UserId,
    delivered_seq: Seq,
    /// `null` where the member does not say.
    read_seq: Option<Seq>,
}

/// A page of receipts.
#[derive(Serialize)]
struct Page {
    items: Vec<Receipt>,
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
                   found.user_id AS "user_id?", found.joined_at AS "joined_at?", found.delivered_seq AS "delivered_seq?",
                   CASE WHEN users.send_read_receipts OR users.id = $2 THEN found.read_seq END AS "read_seq?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT member.user_id, member.joined_at, member.delivered_seq, member.read_seq
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
        Some(Receipt {
            user_id: row.user_id?.into(),
            delivered_seq: row.delivered_seq?.into(),
            read_seq: row.read_seq.map(Seq),
        })
    });
    Reply::ok(&Page { items: items.collect(), next_cursor: end.map(|cursor| cursor.encode()) })
}
