//! `GET /v1/sync?since=`: everything that changed for the caller after a token, in order, without a gap or a double under any
//! interleaving of commits (docs/decisions/0028). Without a token, their conversations as they are now, in pages that lead over
//! into the changes since.

mod changes;
mod snapshot;
mod token;

use serde::Serialize;
use shared::clock::Timestamp;
use shared::http::limit;
use shared::id::{ChangeSeq, ConversationId, MediaId, Seq, UserId};
use shared::message::Message;
use shared::{App, Call, Problem, Reply};

use self::token::{Place, Token};
use crate::conversation::Conversation;

/// A change: what happened, and what it happened to as that is now.
#[derive(Serialize)]
struct Item {
    /// `null` where the event is no change of a conversation.
    change_seq: Option<ChangeSeq>,
    /// The type of the socket event: `message.created`, …; `conversation.snapshot` of a snapshot.
    r#type: String,
    at: Timestamp,
    /// `null` where it is about the caller's account.
    conversation_id: Option<ConversationId>,
    data: Data,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data {
    Conversation(Box<Conversation>),
    Message(Box<Message>),
    Receipt {
        conversation_id: Option<ConversationId>,
        user_id: Option<UserId>,
        delivered_seq: Seq,
        /// `null` where the member does not say.
        read_seq: Option<Seq>,
    },
    Other {
        conversation_id: Option<ConversationId>,
        user_id: Option<UserId>,
        /// With `media.ready` and `media.failed`.
        #[serde(skip_serializing_if = "Option::is_none")]
        media_id: Option<MediaId>,
    },
}

/// Changes in their order, and where to go on.
#[derive(Serialize)]
struct Page {
    /// The token to go on with.
    next: String,
    changes: Vec<Item>,
    /// There may be more after `next` already.
    limited: bool,
    /// The log no longer goes back to the token, or is another one: forget everything, and go on with `next`, which leads
    /// through a snapshot.
    reset: bool,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let page = match Token::of(&call)? {
        None => snapshot::page(app, caller, limit, None).await?,
        Some(token) if token.snapshot_after.is_some() => {
            snapshot::page(app, caller, limit, Some(token)).await?
        }
        Some(token) => changes::page(app, caller, limit, token).await?,
    };
    Reply::ok(&page)
}

/// The log of changes as a statement finds it.
struct Log {
    id: uuid::Uuid,
    /// Whether the caller's token leads anywhere in it.
    valid: bool,
    /// Behind its last row.
    end: Place,
}

impl Log {
    /// What the columns of a statement say, which are there for a live session.
    fn of(id: Option<uuid::Uuid>, valid: Option<bool>, end_xid: Option<i64>) -> Result<Self, Problem> {
        let log = || Some(Self { id: id?, valid: valid?, end: Place::before(end_xid?) });
        log().ok_or_else(|| Problem::Internal("the log of changes has no row".to_owned()))
    }

    /// The answer to a token that leads nowhere.
    fn reset(&self) -> Page {
        let next = Token { log: self.id, place: self.end, snapshot_after: Some(uuid::Uuid::nil()) };
        Page { next: next.encode(), changes: Vec::new(), limited: true, reset: true }
    }
}
