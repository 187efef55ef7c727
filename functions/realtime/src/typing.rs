//! That a member types: told at once and stored nowhere.

use shared::http::Fields;
use shared::id::ConversationId;
use shared::queue::Queue;
use shared::rate::{Limited, Taken};
use shared::{App, Caller, Problem};
use std::time::Duration;
use time::Duration as Span;

use crate::work::{Typing, Work};

/// How long it holds unless it is told again.
pub const LIFETIME: Span = Span::seconds(15);

/// What the client sends.
pub fn parse(mut fields: Fields) -> Result<bool, Problem> {
    let active = fields.required("active");
    fields.finish(|| active)
}

/// Has the others of a conversation told that the caller types, or does no more; nobody where the caller does not say so to
/// anybody.
pub async fn tell(
    app: &App,
    events: &dyn Queue,
    caller: Caller,
    conversation: ConversationId,
    active: bool,
) -> Result<(), Problem> {
    let rate = app.rate_limits.of(Limited::Typing);
    let statement = || {
        sqlx::query!(
            r#"
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            member AS (
                SELECT member.conversation_id, member.user_id, users.send_typing
                FROM session
                JOIN members AS member ON member.user_id = session.user_id
                JOIN users ON users.id = member.user_id
                WHERE member.conversation_id = $3 AND member.left_at IS NULL
            ),
            silenced AS (
                SELECT FROM member
                JOIN silenced_conversations AS silenced ON silenced.conversation_id = member.conversation_id
            ),
            limited AS (
                SELECT taken.*
                FROM member
                CROSS JOIN LATERAL take_from_limit(limit_key('typing', member.user_id), $4, $5, 1) AS taken
                WHERE NOT EXISTS (SELECT FROM silenced)
            )
            SELECT EXISTS (SELECT FROM session) AS "session_live!", member.send_typing AS "send_typing?",
                   limited.allowed AS "allowed?", limited.ahead_us AS "ahead_us?",
                   limited.newly_refused AS "newly_refused?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN member ON true
            LEFT JOIN limited ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            rate.period_us(),
            rate.burst(),
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let send_typing = row.send_typing.ok_or(Problem::NotFound)?;
    let taken =
        || Some(Taken { allowed: row.allowed?, ahead_us: row.ahead_us?, newly_refused: row.newly_refused? });
    let taken = taken().ok_or(Problem::NotAllowed)?;
    app.admit(Limited::Typing, taken, Some(caller), None).await?;
    if !send_typing {
        return Ok(());
    }
    let until = app.clock.now() + LIFETIME;
    let typing = Typing {
        typing_in: conversation.0,
        user_id: caller.user_id.0,
        active,
        until_ms: i64::try_from(until.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX),
    };
    let sent = Work::Typing(typing).send(events, Duration::ZERO).await;
    sent.map_err(|failure| Problem::unavailable(failure.to_string()))
}
