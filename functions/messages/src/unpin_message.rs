//! `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/pin`: unpins a message for everybody in the
//! conversation, which every member can. Unpinning what is not pinned changes nothing.

use shared::id::{ConversationId, MessageId};
use shared::{App, Call, Problem, Reply};

use crate::row::check;

/// Unpins the message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file!(
            "src/unpin_message.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            event.0,
        )
    };
    check(&app.database.fetch_one(statement).await?.outcome)?;
    Ok(Reply::no_content())
}
