//! `PUT /v1/conversations/{conversation_id}/pin`: marks a conversation as one to keep in sight, for oneself.

use shared::{App, Call, Problem, Reply};

use crate::flags::{Flag, set};

/// Pins the conversation and answers the caller's flags.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    Reply::ok(&set(app, &call, Flag::Pinned(true), app.new_event()?).await?)
}
