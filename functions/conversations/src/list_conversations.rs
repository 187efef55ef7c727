//! `GET /v1/conversations`: the caller's conversations, the latest activity first.

use serde::Serialize;
use shared::http::{Cursor, cut, fitting, limit};
use shared::{App, Call, Problem, Reply};

use crate::conversation::{Conversation, Row};

/// A page of conversations.
#[derive(Serialize)]
struct Page {
    items: Vec<Conversation>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let cursor = Cursor::of(&call)?;
    let (archived, muted, pinned) =
        (call.query_flag("archived")?, call.query_flag("muted")?, call.query_flag("pinned")?);

    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_conversations.sql",
            caller.session_id.0,
            caller.user_id.0,
            archived,
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
            muted,
            pinned,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }

    let limit = usize::try_from(limit).unwrap_or_default();
    let shown = fitting(rows.iter().map(Row::last_message_bytes)).min(limit);
    let has_next = cut(&mut rows, shown);
    let next_cursor = rows.last().filter(|_| has_next).and_then(Row::cursor).map(|cursor| cursor.encode());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(row.into_conversation(app).await?);
    }
    Reply::ok(&Page { items, next_cursor })
}
