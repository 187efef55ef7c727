//! What a member does with a conversation for themselves alone: archive, mute, pin.

use shared::clock::Timestamp;
use shared::id::{ConversationId, OutboxId};
use shared::membership::Flags;
use shared::{App, Call, Problem};
use time::OffsetDateTime;
use time::macros::datetime;

/// Until when is for ever: the last moment that RFC 3339 can write.
pub const FOR_EVER: OffsetDateTime = datetime!(9999-12-31 23:59:59.999 UTC);

/// A flag, and what becomes of it.
#[derive(Clone, Copy)]
pub enum Flag {
    /// Until a new message comes.
    Archived(bool),
    /// Until a time; `None`: not any more.
    Muted(Option<OffsetDateTime>),
    Pinned(bool),
}

/// Sets the flag for the caller, in the conversation of the path; if it was another, the event tells their other devices.
///
/// # Errors
/// [`Problem::NotFound`] when the caller is no member of it.
pub async fn set(app: &App, call: &Call, flag: Flag, event: OutboxId) -> Result<Flags, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let (mut archived, mut muted, mut pinned) = (None, None, None);
    match flag {
        Flag::Archived(yes) => archived = Some(yes),
        Flag::Muted(until) => muted = Some(until),
        Flag::Pinned(yes) => pinned = Some(yes),
    }
    let statement = || {
        sqlx::query_file!(
            "src/flags.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            archived,
            muted.is_some(),
            muted.flatten(),
            pinned,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if !row.member {
        return Err(Problem::NotFound);
    }
    Ok(Flags {
        conversation_id: conversation,
        archived: row.archived,
        muted_until: row.muted_until.map(Timestamp::from),
        pinned: row.pinned,
    })
}
