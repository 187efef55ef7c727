//! `DELETE /v1/conversations/{conversation_id}/mute`: unmutes a conversation. One that is not muted is no error.

use shared::{App, Call, Problem, Reply};

use crate::flags::{Flag, set};

/// Unmutes the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    set(app, &call, Flag::Muted(None), app.new_event()?).await?;
    Ok(Reply::no_content())
}
