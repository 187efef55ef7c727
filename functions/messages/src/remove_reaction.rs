//! `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}`: takes one's own reaction back.
//! Taking back what is not there changes nothing.

use shared::{App, Call, Problem, Reply};

use crate::reaction::Target;
use crate::row::check;

/// Removes the reaction.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let Target { caller, conversation, message, emoji } = Target::of(&call)?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file!(
            "src/remove_reaction.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            emoji.0,
            event.0,
        )
    };
    check(&app.database.fetch_one(statement).await?.outcome)?;
    Ok(Reply::no_content())
}
