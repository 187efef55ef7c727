//! What a member does with a conversation for themselves alone: archive, mute, pin.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::ConversationId;
use shared::{App, Call, Problem};
use time::OffsetDateTime;
use time::macros::datetime;

/// Until when is for ever: the last moment that RFC 3339 can write.
pub const FOR_EVER: OffsetDateTime = datetime!(9999-12-31 23:59:59.999 UTC);

/// A member's own flags of a conversation.
#[derive(Serialize)]
pub struct Flags {
    conversation_id: ConversationId,
    archived: bool,
    muted_until: Option<Timestamp>,
    pinned: bool,
}

/// A flag, and what becomes of it.
#[derive(Clone, Copy)]
pub enum Flag {
    /// Until a new message comes.
    Archived(bool),
    /// Until a time; `None`: not any more.
    Muted(Option<OffsetDateTime>),
    Pinned(bool),
}

/// Sets the flag for the caller, in the conversation of the path.
///
/// # Errors
/// [`Problem::NotFound`] when the caller is no member of it.
pub async fn set(app: &App, call: &Call, flag: Flag) -> Result<Flags, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let (mut archived, mut muted, mut pinned) = (None, None, None);
    match flag {
        Flag::Archived(yes) => archived = Some(yes),
        Flag::Muted(until) => muted = Some(until),
        Flag::Pinned(yes) => pinned = Some(yes),
    }
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments. Null for what stays.
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            changed AS (
                UPDATE members AS member
                SET archived_seq = CASE
                        WHEN $4::boolean IS NULL THEN member.archived_seq
                        WHEN $4 THEN conversation.last_seq
                    END,
                    muted_until = CASE WHEN $5::boolean THEN $6::timestamptz ELSE member.muted_until END,
                    pinned_at = CASE
                        WHEN $7::boolean IS NULL THEN member.pinned_at
                        WHEN $7 THEN coalesce(member.pinned_at, now())
                    END
                FROM session, conversations AS conversation
                WHERE member.conversation_id = $3 AND member.user_id = session.user_id AND member.left_at IS NULL
                  AND conversation.id = member.conversation_id
                RETURNING is_archived(member.archived_seq, conversation.last_seq, member.muted_until) AS archived,
                          CASE WHEN member.muted_until > now() THEN member.muted_until END AS muted_until,
                          member.pinned_at IS NOT NULL AS pinned
            )
            SELECT EXISTS (SELECT FROM session) AS "session_live!", changed.archived AS "archived?",
                   changed.muted_until AS "muted_until?", changed.pinned AS "pinned?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN changed ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            archived,
            muted.is_some(),
            muted.flatten(),
            pinned,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let (Some(archived), Some(pinned)) = (row.archived, row.pinned) else { return Err(Problem::NotFound) };
    Ok(Flags {
        conversation_id: conversation,
        archived,
        muted_until: row.muted_until.map(Timestamp::from),
        pinned,
    })
}
