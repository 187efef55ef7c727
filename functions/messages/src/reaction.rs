//! What the two endpoints of a reaction are asked for.

use serde_json::Value;
use shared::http::Parse;
use shared::id::{ConversationId, MessageId};
use shared::text::Emoji;
use shared::{Call, Caller, Problem};

/// Whose reaction, to what, and which.
pub struct Target {
    pub caller: Caller,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub emoji: Emoji,
}

impl Target {
    /// As the request's path names it.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when a part of the path is not what it must be.
    pub fn of(call: &Call) -> Result<Self, Problem> {
        let caller = call.caller()?;
        let conversation = call.path_id("conversation_id")?;
        let message = call.path_id("message_id")?;
        let emoji = Emoji::parse(&Value::String(call.path_text("emoji")?))
            .map_err(|invalid| Problem::field("emoji", invalid))?;
        Ok(Self { caller, conversation, message, emoji })
    }
}
