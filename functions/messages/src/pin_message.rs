//! `PUT /v1/conversations/{conversation_id}/messages/{message_id}/pin`: pins a message for everybody in the conversation,
//! which every member can. Pinning again changes nothing.

use shared::id::{ConversationId, MessageId};
use shared::{App, Call, Problem, Reply};

use crate::row::Row;

/// Pins the message and answers the whole of it.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/pin_message.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            event.0,
        )
    };
    let row = match app.database.fetch_one(statement).await {
        Err(failure) if failure.constraint() == Some("conversations_pin_count_check") => {
            return Err(Problem::TooManyPins);
        }
        outcome => outcome?,
    };
    row.answer(app, |parts| parts.pinned = true).await
}
