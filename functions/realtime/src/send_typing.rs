//! `POST /v1/conversations/{conversation_id}/typing`: tells the others that the caller types, or does so no more.
//!
//! It is forgotten after 15 seconds; clients tell it again every ten. Whoever does not send it to anybody
//! (`send_typing`) gets the same answer.

use shared::queue::Queue;
use shared::{App, Call, Problem, Reply};

use crate::typing;

/// Tells it.
pub async fn handle(app: &App, events: &dyn Queue, call: Call) -> Result<Reply, Problem> {
    let (caller, conversation) = (call.caller()?, call.path_id("conversation_id")?);
    let active = typing::parse(call.fields()?)?;
    typing::tell(app, events, caller, conversation, active).await?;
    Ok(Reply::no_content())
}
