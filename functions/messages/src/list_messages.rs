//! `GET /v1/conversations/{conversation_id}/messages`: a page of messages, newest first unless told.

use serde::Serialize;
use shared::http::{fitting, limit};
use shared::id::ConversationId;
use shared::message::{Message, MessageRow};
use shared::{App, Call, Problem, Reply};

use crate::row::Row;

/// A page and whether there is more on either side of it.
#[derive(Serialize)]
struct Page {
    items: Vec<Message>,
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
        let places = (seq(call, "before_seq")?, seq(call, "after_seq")?, seq(call, "around_seq")?);
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

fn seq(call: &Call, name: &str) -> Result<Option<i64>, Problem> {
    match call.query_number(name)? {
        Some(seq) if seq < 0 => Err(Problem::invalid(name, "invalid_value", "must not be negative")),
        seq => Ok(seq),
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
            window.older,
            window.newer,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    let ends = rows.first().and_then(|row| Some((row.joined_seq?, row.last_seq?)));
    let (joined_seq, last_seq) = ends.ok_or(Problem::NotFound)?;

    let mut messages: Vec<MessageRow> = rows.into_iter().filter_map(Row::into_message).collect();
    messages.sort_unstable_by_key(|message| message.seq);
    if window.newest_first {
        messages.reverse();
    }
    messages.truncate(fitting(messages.iter().map(|message| message.sealed.as_ref().map_or(0, Vec::len))));
    // seq is dense, so the ends of the page tell what lies beyond them.
    let (first, last) = match (messages.first(), messages.last()) {
        (Some(one), Some(other)) => (one.seq.min(other.seq), one.seq.max(other.seq)),
        _ => (window.from.min(last_seq.saturating_add(1)), window.from.saturating_sub(1).min(last_seq)),
    };
    let items = app.open_messages(&messages).await?;
    Reply::ok(&Page {
        items,
        has_more_before: first > joined_seq.saturating_add(1),
        has_more_after: last < last_seq,
    })
}
