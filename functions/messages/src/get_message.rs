//! `GET /v1/conversations/{conversation_id}/messages/{message_id}`: one message.

use shared::id::{ConversationId, MessageId};
use shared::{App, Call, Problem, Reply};

use crate::row::Row;

/// Answers the message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;

    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/get_message.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
        )
    };
    app.database.fetch_one(statement).await?.answer(app, |_| {}).await
}
