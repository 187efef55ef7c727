//! `DELETE /v1/conversations/{conversation_id}/pin`: unpins a conversation. One that is not pinned is no error.

use shared::{App, Call, Problem, Reply};

use crate::flags::{Flag, set};

/// Unpins the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    set(app, &call, Flag::Pinned(false), app.new_event()?).await?;
    Ok(Reply::no_content())
}
