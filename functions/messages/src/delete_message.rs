//! `DELETE /v1/conversations/{conversation_id}/messages/{message_id}?scope=`: deletes a message, from one's own view
//! (`me`, unless told) or for everybody (`all`), which its author and the group's admins can. Deleting again changes nothing.

use shared::audit::Entry;
use shared::id::{ConversationId, MessageId};
use shared::{App, Call, Problem, Reply};

use crate::row::check;

/// Deletes the message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let for_all = match call.query("scope") {
        None | Some("me") => false,
        Some("all") => true,
        Some(_) => return Err(Problem::invalid("scope", "invalid_value", "must be me or all")),
    };
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file!(
            "src/delete_message.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            for_all,
            event.0,
        )
    };
    let outcome = app.database.fetch_one(statement).await?.outcome;
    if outcome == "role_required" {
        app.record(vec![Entry::refused(caller, "delete_message")]).await;
    }
    check(&outcome)?;
    Ok(Reply::no_content())
}
