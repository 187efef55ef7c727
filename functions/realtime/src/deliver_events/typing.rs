//! That a member types: told to the others of a conversation that is not large.

use std::sync::Arc;

use serde::Serialize;
use shared::App;
use shared::clock::Timestamp;
use shared::id::{ConversationId, UserId};
use shared::limits::WHOLE_EVENT_MEMBERS;
use shared::worker::TaskFailure;
use time::OffsetDateTime;

use super::post::{Delivery, deliver};
use super::whole::to_json;
use super::{CONNECTIONS_AT_ONCE, Tools};
use crate::event::Event;
use crate::work::Typing;

/// What the others are told.
#[derive(Serialize)]
struct Told {
    conversation_id: ConversationId,
    user_id: UserId,
    active: bool,
    /// When it is forgotten unless it is told again.
    expires_at: Timestamp,
}

/// Tells it, unless it is forgotten by now. Whoever misses it misses seconds.
pub async fn tell(app: &App, tools: &Tools, typing: Typing) -> Result<(), TaskFailure> {
    let until = OffsetDateTime::from_unix_timestamp_nanos(i128::from(typing.until_ms) * 1_000_000);
    let until = until.map_err(|failure| TaskFailure::Fail(failure.to_string()))?;
    let now = app.clock.now();
    if until <= now {
        return Ok(());
    }
    let statement = || {
        sqlx::query!(
            r#"
            SELECT listener.connection_id AS "connection_id!"
            FROM members AS typist
            JOIN users ON users.id = typist.user_id
            JOIN conversations AS conversation ON conversation.id = typist.conversation_id
            JOIN members AS other ON other.conversation_id = typist.conversation_id
            JOIN listeners AS listener ON listener.user_id = other.user_id
            WHERE typist.conversation_id = $1 AND typist.user_id = $2 AND typist.left_at IS NULL
              AND users.send_typing AND users.suspended_at IS NULL
              AND conversation.member_count <= $3
              AND other.user_id <> typist.user_id AND other.left_at IS NULL
              AND NOT EXISTS (
                  SELECT FROM silenced_conversations AS silenced
                  WHERE silenced.conversation_id = conversation.id
              )
            ORDER BY listener.connection_id
            LIMIT $4
            "#,
            typing.typing_in,
            typing.user_id,
            WHOLE_EVENT_MEMBERS,
            CONNECTIONS_AT_ONCE,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let conversation_id = ConversationId(typing.typing_in);
    let event = Event {
        r#type: "typing",
        conversation_id: Some(conversation_id),
        change_seq: None,
        at: Timestamp::from(now),
        data: Told {
            conversation_id,
            user_id: UserId(typing.user_id),
            active: typing.active,
            expires_at: until.into(),
        },
    };
    let frames: Arc<[String]> = Arc::from([to_json(&event)?]);
    let delivery = |connection_id| Delivery { connection_id, frames: Arc::clone(&frames) };
    let deliveries = rows.into_iter().map(|row| delivery(row.connection_id)).collect();
    deliver(app, tools, deliveries).await?;
    Ok(())
}
