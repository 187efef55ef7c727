//! `PUT /v1/conversations/{conversation_id}/mute`: mutes a conversation, for oneself, until a time or for ever.

use shared::http::Invalid;
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;

use crate::flags::{FOR_EVER, Flag, set};

/// Mutes the conversation and answers the caller's flags.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let until = until(app, &call)?;
    Reply::ok(&set(app, &call, Flag::Muted(Some(until)), app.new_event()?).await?)
}

/// Until when: for ever, unless told.
fn until(app: &App, call: &Call) -> Result<OffsetDateTime, Problem> {
    // Who calls, and about what, comes before what they ask for.
    call.caller()?;
    call.path_id::<uuid::Uuid>("conversation_id")?;
    let mut fields = call.fields()?;
    let until: Option<OffsetDateTime> = fields.optional("until");
    if until.is_some_and(|until| until <= app.clock.now()) {
        fields.wrong::<()>("until", Invalid::new("invalid_value", "must be in the future"));
    }
    // In another zone than UTC a time may lie beyond what UTC can write.
    fields.finish(|| Some(until.map_or(FOR_EVER, |until| until.min(FOR_EVER))))
}
