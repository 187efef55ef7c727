//! `PUT /v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}`: reacts to a message with one emoji.
//! Each user has one of a kind; reacting again changes nothing.

use shared::{App, Call, Problem, Reply};

use crate::reaction::Target;
use crate::row::Row;

/// Adds the reaction and answers the whole message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let Target { caller, conversation, message, emoji } = Target::of(&call)?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/add_reaction.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            emoji.0,
            event.0,
        )
    };
    let row = match app.database.fetch_one(statement).await {
        Err(failure) if failure.constraint() == Some("messages_reaction_kinds_check") => {
            return Err(Problem::TooManyReactions);
        }
        outcome => outcome?,
    };
    row.answer(app, |parts| {
        if !parts.mine.contains(&emoji.0) {
            parts.mine.push(emoji.0.clone());
        }
    })
    .await
}
