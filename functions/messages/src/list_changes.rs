//! `GET /v1/conversations/{conversation_id}/changes?after=`: what has changed in a conversation after a change that the
//! client knows, in order, so that whoever was away or missed an event is where the others are.

use serde::Serialize;
use shared::change::ChangeData;
use shared::clock::Timestamp;
use shared::http::{fitting_bytes, limit, place};
use shared::id::{ChangeSeq, ConversationId, UserId};
use shared::message::MessageRow;
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;

use crate::row::{Row, check};

/// A change: what happened, and what it happened to as that is now.
#[derive(Serialize)]
struct Item {
    change_seq: ChangeSeq,
    /// The type of the socket event: `message.created`, …
    r#type: String,
    at: Timestamp,
    data: ChangeData,
}

/// Changes in their order, and where to go on.
#[derive(Serialize)]
struct Page {
    /// The change to go on after.
    next: ChangeSeq,
    changes: Vec<Item>,
    /// There are more changes after `next` already.
    limited: bool,
    /// The log no longer goes back to `after`: load the conversation and its messages anew, and go on after `next`.
    reset: bool,
}

/// A change as the log has it.
struct Logged {
    change_seq: i64,
    kind: String,
    at: OffsetDateTime,
    user_id: Option<UserId>,
    /// Whether it is about a message.
    of_message: bool,
    /// That message, where the caller may see it.
    message: Option<MessageRow>,
}

impl Logged {
    fn answer_bytes(&self) -> usize {
        200 + self.message.as_ref().map_or(0, MessageRow::answer_bytes)
    }
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let limit = limit(&call)?;
    let after = place(&call, "after")?.unwrap_or(0);
    let statement = || {
        sqlx::query_file!(
            "src/list_changes.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            after,
            limit,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let (mut current, mut reset) = (after, false);
    let mut logged = Vec::with_capacity(rows.len());
    for row in rows {
        check(&row.outcome)?;
        current = row.current_change_seq.unwrap_or(current);
        reset = row.reset.unwrap_or(reset);
        let (Some(change_seq), Some(kind), Some(at)) = (row.at_change_seq, row.r#type, row.at) else {
            continue;
        };
        let message = Row {
            outcome: row.outcome,
            id: row.id,
            conversation_id: row.conversation_id,
            seq: row.seq,
            change_seq: row.change_seq,
            client_id: row.client_id,
            sender_id: row.sender_id,
            kind: row.kind,
            epoch: row.epoch,
            version: row.version,
            sealed: row.sealed,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            expires_at: row.expires_at,
            key_keyring_id: row.key_keyring_id,
            key_sealed: row.key_sealed,
            parts: row.parts,
        };
        logged.push(Logged {
            change_seq,
            kind,
            at,
            user_id: row.user_id.map(UserId),
            of_message: row.message_id.is_some(),
            message: message.into_message()?,
        });
    }
    if reset {
        return Reply::ok(&Page { next: current.into(), changes: Vec::new(), limited: false, reset });
    }
    fit(&mut logged);
    let next = logged.last().map_or(current.max(after), |last| last.change_seq);
    let changes = changes(app, conversation, logged).await?;
    Reply::ok(&Page { next: next.into(), changes, limited: next < current, reset })
}

/// Leaves out what does not fit into the answer; what one change has done stays together.
fn fit(logged: &mut Vec<Logged>) {
    let mut fitting = fitting_bytes(logged.iter().map(Logged::answer_bytes));
    if let Some(first_out) = logged.get(fitting).map(|change| change.change_seq) {
        while fitting > 0 && logged[fitting - 1].change_seq == first_out {
            fitting -= 1;
        }
        // One change alone is not that long: a message is cut off, or members who take 200 bytes each.
        logged.truncate(fitting.max(1));
    }
}

/// The changes with their messages opened. What is about a message that the caller may not see is left out.
async fn changes(
    app: &App,
    conversation: ConversationId,
    mut logged: Vec<Logged>,
) -> Result<Vec<Item>, Problem> {
    logged.retain(|change| !change.of_message || change.message.is_some());
    let rows: Vec<MessageRow> = logged.iter().filter_map(|change| change.message.clone()).collect();
    let mut messages = app.open_messages(&rows).await?.into_iter();
    let change = |change: Logged| {
        let message = if change.of_message { messages.next() } else { None };
        let ids =
            ChangeData::Ids { conversation_id: Some(conversation), user_id: change.user_id, media_id: None };
        let data = message.map_or(ids, |message| ChangeData::Message(Box::new(message)));
        Item { change_seq: change.change_seq.into(), r#type: change.kind, at: change.at.into(), data }
    };
    Ok(logged.into_iter().map(change).collect())
}
