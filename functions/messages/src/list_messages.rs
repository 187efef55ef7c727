//! `GET /v1/conversations/{conversation_id}/messages`: a page of messages, newest first unless told.

use serde::Serialize;
use shared::http::{cut, fitting_bytes, limit, place};
use shared::id::ConversationId;
use shared::message::MessageRow;
use shared::{App, Call, Problem, Reply};

use crate::row::{Row, check};

/// A page and whether there is more on either side of it.
#[derive(Serialize)]
struct Page<T> {
    items: Vec<T>,
    has_more_before: bool,
    has_more_after: bool,
}

/// Which messages, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    /// The first seq of the newer side.
    from: i64,
    /// How many below `from`.
    older: i64,
    /// How many from `from` on.
    newer: i64,
    newest_first: bool,
}

impl Window {
    fn of(call: &Call) -> Result<Self, Problem> {
        let limit = limit(call)?;
        let places = (place(call, "before_seq")?, place(call, "after_seq")?, place(call, "around_seq")?);
        match places {
            (None, None, None) => Ok(Self { from: i64::MAX, older: limit, newer: 0, newest_first: true }),
            (Some(before), None, None) => {
                Ok(Self { from: before, older: limit, newer: 0, newest_first: true })
            }
            (None, Some(after), None) => {
                Ok(Self { from: after.saturating_add(1), older: 0, newer: limit, newest_first: false })
            }
            (None, None, Some(around)) => {
                Ok(Self { from: around, older: limit / 2, newer: limit - limit / 2, newest_first: false })
            }
            _ => Err(Problem::invalid(
                "before_seq",
                "invalid_value",
                "only one of before_seq, after_seq and around_seq can be given",
            )),
        }
    }
}

impl Window {
    /// The page made of what was read, one more on each side than shown.
    fn cut(self, mut messages: Vec<MessageRow>) -> Page<MessageRow> {
        messages.sort_unstable_by_key(|message| message.seq);
        let mut newer = messages.split_off(messages.partition_point(|message| message.seq < self.from));
        let mut older = messages;
        older.reverse();
        let mut has_more_before = cut(&mut older, usize::try_from(self.older).unwrap_or_default());
        let mut has_more_after = cut(&mut newer, usize::try_from(self.newer).unwrap_or_default());
        let mut items: Vec<MessageRow> = older.into_iter().rev().chain(newer).collect();
        if self.newest_first {
            items.reverse();
        }
        // Pages of very long messages end where Lambda's answer does.
        let fitting = fitting_bytes(items.iter().map(MessageRow::answer_bytes));
        if cut(&mut items, fitting) {
            let end = if self.newest_first { &mut has_more_before } else { &mut has_more_after };
            *end = true;
        }
        Page { items, has_more_before, has_more_after }
    }
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let window = Window::of(&call)?;

    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_messages.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            window.from,
            window.older + 1,
            window.newer + 1,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    check(rows.first().map_or("unauthenticated", |row| &row.outcome))?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        messages.extend(row.into_message()?);
    }
    let page = window.cut(messages);
    let items = app.open_messages(&page.items).await?;
    Reply::ok(&Page { items, has_more_before: page.has_more_before, has_more_after: page.has_more_after })
}
