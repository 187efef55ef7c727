//! `DELETE /v1/conversations/{conversation_id}/archive`: takes a conversation out of the archive. One that is not there is no error.

use shared::{App, Call, Problem, Reply};

use crate::flags::{Flag, set};

/// Unarchives the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    set(app, &call, Flag::Archived(false), app.new_event()?).await?;
    Ok(Reply::no_content())
}
