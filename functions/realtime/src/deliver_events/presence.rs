//! What a user appears as: told to those who talk with them, once in a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use shared::App;
use shared::clock::Timestamp;
use shared::id::UserId;
use shared::limits::WHOLE_EVENT_MEMBERS;
use shared::profile::Status;
use shared::worker::TaskFailure;
use uuid::Uuid;

use super::pace::{Turn, turns};
use super::post::{Delivery, again, deliver};
use super::whole::to_json;
use super::{CONNECTIONS_AT_ONCE, Tools};
use crate::event::Event;
use crate::work::{Presence, Whom, Work};

/// At most once in this time.
const INTERVAL: Duration = Duration::from_secs(2);
/// Conversations whose members are told: those that changed last.
const CONVERSATIONS: i64 = 200;

/// What others are told: as in the user's profile.
#[derive(Serialize)]
struct Told {
    user_id: UserId,
    status: Status,
    last_seen_at: Option<Timestamp>,
}

/// Tells of those whose turn it is, and puts off the others.
pub async fn tell_all(app: &App, tools: &Tools, users: &BTreeMap<Uuid, bool>) -> Result<(), TaskFailure> {
    for (presence_id, turn) in turns(app, users, INTERVAL).await? {
        let presence = Presence { presence_id, whom: Whom::default() };
        match turn {
            Turn::Now => tell(app, tools, presence).await?,
            Turn::Later => {
                let due = Whom { due: true, ..Whom::default() };
                Work::Presence(Presence { whom: due, ..presence }).send(&*tools.events, INTERVAL).await?;
            }
            Turn::Covered => {}
        }
    }
    Ok(())
}

/// Tells one page of them, and leaves the rest to another task.
pub async fn tell(app: &App, tools: &Tools, presence: Presence) -> Result<(), TaskFailure> {
    let user = presence.presence_id;
    let after = presence.whom.after.as_deref().unwrap_or_default();
    let statement = || {
        sqlx::query_file!(
            "src/deliver_events/presence.sql",
            user,
            WHOLE_EVENT_MEMBERS,
            after,
            &presence.whom.only,
            CONNECTIONS_AT_ONCE,
            CONVERSATIONS,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let connections: usize = rows.iter().map(|row| row.connection_ids.len()).sum();
    let last = rows.iter().filter_map(|row| row.connection_ids.last()).max();
    if let Some(last) = last
        && i64::try_from(connections).is_ok_and(|found| found == CONNECTIONS_AT_ONCE)
    {
        let rest = Presence { presence_id: user, whom: Whom::after(last.clone()) };
        Work::Presence(rest).send(&*tools.events, Duration::ZERO).await?;
    }
    let mut deliveries = Vec::with_capacity(connections);
    for row in rows {
        let event = Event {
            r#type: "presence.updated",
            conversation_id: None,
            change_seq: None,
            at: Timestamp::from(app.clock.now()),
            data: Told {
                user_id: UserId(user),
                status: Status {
                    presence: row.presence,
                    text: row.status_text,
                    emoji: row.status_emoji,
                    expires_at: row.status_expires_at.map(Timestamp::from),
                },
                last_seen_at: row.last_seen_at.map(Timestamp::from),
            },
        };
        let frames: Arc<[String]> = Arc::from([to_json(&event)?]);
        let delivery = |connection_id| Delivery { connection_id, frames: Arc::clone(&frames) };
        deliveries.extend(row.connection_ids.into_iter().map(delivery));
    }
    let failed = deliver(app, tools, deliveries).await?;
    again(tools, failed, &presence.whom, |whom| Work::Presence(Presence { presence_id: user, whom })).await
}
