//! What is told of a change: by the change feeds and over WebSockets alike.

use serde::Serialize;

use crate::account::Account;
use crate::id::{ConversationId, MediaId, MessageId, Seq, UserId};
use crate::membership::Flags;
use crate::message::Message;

/// What a change happened to, as that is now.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ChangeData {
    /// A message, as its viewer sees it.
    Message(Box<Message>),
    /// How far a member has got and read.
    Receipt {
        /// Where.
        conversation_id: Option<ConversationId>,
        /// Who.
        user_id: Option<UserId>,
        /// Messages up to this one have reached them.
        delivered_seq: Seq,
        /// They have read up to this one; `null` where the member does not say.
        read_seq: Option<Seq>,
        /// What is unread in the member's own view; told to nobody else.
        #[serde(flatten)]
        unread: Option<Unread>,
    },
    /// What a member has done with a conversation for themselves, with `conversation.flags_updated`.
    Flags(Flags),
    /// A message that the user has deleted from their own view, with `conversation.message_hidden`.
    Hidden {
        /// Where.
        conversation_id: ConversationId,
        /// Whose view.
        user_id: Option<UserId>,
        /// Which message.
        message_id: MessageId,
    },
    /// The user's own account, with `user.updated`.
    Account(Box<Account>),
    /// What ids alone tell.
    Ids {
        /// Where, if it is about a conversation.
        conversation_id: Option<ConversationId>,
        /// Whom it happened to, if anybody.
        user_id: Option<UserId>,
        /// Which file, with `media.ready` and `media.failed`.
        #[serde(skip_serializing_if = "Option::is_none")]
        media_id: Option<MediaId>,
    },
}

/// How many messages are unread to a member.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Unread {
    /// All.
    pub unread_count: i64,
    /// Those of them that mean the member.
    pub mention_count: i64,
}
