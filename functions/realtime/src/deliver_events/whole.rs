//! Events told whole: to each as they see them.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::App;
use shared::change::{ChangeData, Unread};
use shared::clock::Timestamp;
use shared::id::{ConversationId, MediaId, UserId};
use shared::limits::WHOLE_EVENT_MEMBERS;
use shared::membership::Flags;
use shared::message::{MessageParts, MessageRow};
use shared::worker::TaskFailure;
use time::OffsetDateTime;

use super::post::{Delivery, deliver};
use super::{CONNECTIONS_AT_ONCE, Tools};
use crate::event::{Event, FRAME_BYTES, frames};
use crate::work::{Events, Whom, Work};

/// An event as some see it.
struct Told {
    kind: String,
    conversation_id: Option<ConversationId>,
    change_seq: Option<i64>,
    at: OffsetDateTime,
    data: ChangeData,
    connection_ids: Vec<String>,
}

/// Tells one page of those who are to hear, and leaves the rest to another task.
pub async fn tell(app: &App, tools: &Tools, events: Events) -> Result<(), TaskFailure> {
    let (told, rest_after) = read(app, &events).await?;
    if let Some(after) = rest_after {
        let rest = Events { event_ids: events.event_ids.clone(), whom: Whom::after(after) };
        Work::Events(rest).send(&*tools.events, Duration::ZERO).await?;
    }
    let failed = deliver(app, tools, deliveries(told)?).await?;
    super::post::again(tools, failed, &events.whom, |whom| {
        Work::Events(Events { event_ids: events.event_ids.clone(), whom })
    })
    .await
}

/// What each connection is sent: its events in their order, in as few frames as they fit into.
fn deliveries(told: Vec<Told>) -> Result<Vec<Delivery>, TaskFailure> {
    let (mut texts, mut audiences) = (Vec::with_capacity(told.len()), Vec::with_capacity(told.len()));
    for event in told {
        texts.push(event.text()?);
        audiences.push(event.connection_ids);
    }
    let mut of_connection: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, audience) in audiences.into_iter().enumerate() {
        for connection in audience {
            of_connection.entry(connection).or_default().push(place);
        }
    }
    // Most are sent the same: each set of frames is made once.
    let mut made = BTreeMap::new();
    let delivery = |(connection_id, places): (String, Vec<usize>)| {
        let frames = made.entry(places).or_insert_with_key(|places| {
            let events: Vec<&str> = places.iter().map(|place| texts[*place].as_str()).collect();
            frames(&events).into()
        });
        Delivery { connection_id, frames: std::sync::Arc::clone(frames) }
    };
    Ok(of_connection.into_iter().map(delivery).collect())
}

impl Told {
    /// As it goes into a frame; what does not fit into any is told as a change to be read.
    fn text(&self) -> Result<String, TaskFailure> {
        let at = Timestamp::from(self.at);
        let change_seq = self.change_seq.map(Into::into);
        let whole = Event {
            r#type: &self.kind,
            conversation_id: self.conversation_id,
            change_seq,
            at,
            data: &self.data,
        };
        let text = to_json(&whole)?;
        if text.len() <= FRAME_BYTES {
            return Ok(text);
        }
        let data = ChangeData::Ids { conversation_id: self.conversation_id, user_id: None, media_id: None };
        to_json(&Event { r#type: "conversation.changed", data: &data, ..whole })
    }
}

/// JSON of what always is some.
pub fn to_json(event: &impl serde::Serialize) -> Result<String, TaskFailure> {
    serde_json::to_string(event).map_err(|failure| TaskFailure::Fail(failure.to_string()))
}

/// The events, and the connection after which there are more.
async fn read(app: &App, events: &Events) -> Result<(Vec<Told>, Option<String>), TaskFailure> {
    let after = events.whom.after.as_deref().unwrap_or_default();
    let statement = || {
        sqlx::query_file!(
            "src/deliver_events/whole.sql",
            &events.event_ids,
            WHOLE_EVENT_MEMBERS,
            after,
            &events.whom.only,
            CONNECTIONS_AT_ONCE,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let rest_after = rows.first().and_then(|row| row.rest_after.clone());
    let (mut told, mut messages) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let (Some(kind), Some(at), Some(connection_ids)) = (row.r#type, row.at, row.connection_ids) else {
            continue;
        };
        let parts = MessageParts::read(row.parts.as_deref())?;
        let message = || {
            Some(MessageRow {
                id: row.id?,
                conversation_id: row.conversation_id?,
                seq: row.seq?,
                change_seq: row.change_seq?,
                client_id: row.client_id?,
                sender_id: row.sender_id?,
                kind: row.kind?,
                epoch: row.epoch?,
                version: row.version?,
                sealed: row.sealed,
                created_at: row.created_at?,
                edited_at: row.edited_at,
                deleted_at: row.deleted_at,
                expires_at: row.expires_at,
                key_keyring_id: row.key_keyring_id,
                key_sealed: row.key_sealed,
                parts,
            })
        };
        let conversation_id = row.of_conversation_id.map(ConversationId);
        let user_id = row.user_id.map(UserId);
        let ids = ChangeData::Ids { conversation_id, user_id, media_id: row.media_id.map(MediaId) };
        let flags = || {
            Some(Flags {
                conversation_id: conversation_id?,
                archived: row.archived?,
                muted_until: row.muted_until.map(Into::into),
                pinned: row.pinned?,
            })
        };
        let unread = || Some(Unread { unread_count: row.unread_count?, mention_count: row.mention_count? });
        // What has to do with a membership is told of nobody who has left meanwhile.
        let data = match (kind.as_str(), row.message_id) {
            ("conversation.flags_updated", _) => {
                let Some(flags) = flags() else { continue };
                ChangeData::Flags(flags)
            }
            ("conversation.message_hidden", message_id) => {
                let Some((flags, message_id)) = flags().zip(message_id) else { continue };
                let conversation_id = flags.conversation_id;
                ChangeData::Hidden { conversation_id, user_id, message_id: message_id.into() }
            }
            ("user.updated", _) => {
                let Some(account) = row.account else { continue };
                ChangeData::Account(Box::new(app.open_account(&account).await?))
            }
            ("receipt.updated", _) => {
                let Some(delivered_seq) = row.delivered_seq else { continue };
                ChangeData::Receipt {
                    conversation_id,
                    user_id,
                    delivered_seq: delivered_seq.into(),
                    read_seq: row.read_seq.map(Into::into),
                    unread: unread(),
                }
            }
            (_, Some(_)) => {
                let Some(message) = message() else { continue };
                messages.push((told.len(), message));
                ids
            }
            (_, None) => ids,
        };
        let change_seq = row.at_change_seq;
        told.push(Told { kind, conversation_id, change_seq, at, data, connection_ids });
    }
    let (places, rows): (Vec<usize>, Vec<MessageRow>) = messages.into_iter().unzip();
    for (place, message) in places.into_iter().zip(app.open_messages(&rows).await?) {
        told[place].data = ChangeData::Message(Box::new(message));
    }
    Ok((told, rest_after))
}
