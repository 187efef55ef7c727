//! `PUT /v1/conversations/{conversation_id}/archive`: puts a conversation away, for oneself, until a new message comes. One that is
//! muted stays away.

use shared::{App, Call, Problem, Reply};

use crate::flags::{Flag, set};

/// Archives the conversation and answers the caller's flags.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    Reply::ok(&set(app, &call, Flag::Archived(true), app.new_event()?).await?)
}
