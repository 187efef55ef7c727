//! What is told of a change: by the change feeds and over WebSockets alike.

use serde::Serialize;

use crate::id::{ConversationId, MediaId, Seq, UserId};
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
    },
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
