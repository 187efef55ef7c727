//! `DELETE /v1/conversations/{conversation_id}`: ends a group for everybody and destroys its keys. For its owner.

use shared::audit::Entry;
use shared::id::ConversationId;
use shared::membership::GroupAction;
use shared::{App, Call, Problem, Reply};

use crate::notice::{ATTEMPTS, Notice};

/// Deletes the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let roles = GroupAction::Delete.roles();
    let event = app.new_event()?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/delete_conversation.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            &roles,
            event.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        if row.done {
            return Ok(Reply::no_content());
        }
        let role = row.role.ok_or(Problem::NotFound)?;
        if row.r#type.as_deref() == Some("direct") {
            return Err(Problem::DirectConversation);
        }
        if !roles.contains(&role) {
            let entry = Entry::refused(caller, "delete_conversation");
            app.record(vec![Entry { subject: Some(("conversation", conversation.0)), ..entry }]).await;
            return Err(Problem::RoleRequired);
        }
        // Members came or went, or the group was handed over, beside us: nothing was written.
    }
    Err(Notice::given_up())
}
