//! A delivery: that a webhook is told of an event.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::DeliveryId;
use time::OffsetDateTime;
use uuid::Uuid;

/// A delivery as admins see it.
#[derive(Serialize)]
pub struct Delivery {
    id: DeliveryId,
    /// The same for every webhook that is told of the event.
    event_id: Uuid,
    r#type: String,
    /// `pending`, `delivered` or `failed`.
    state: String,
    attempts: i32,
    /// The last answer's status.
    status: Option<i32>,
    /// Why there was none: `address_not_public`, `unreachable`, `timed_out`; or `disabled`, `undecryptable`.
    failure: Option<String>,
    /// Milliseconds of the last attempt.
    duration_ms: Option<i32>,
    created_at: Timestamp,
    /// When the next attempt is due.
    due_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

/// The columns, and what is known of the caller.
pub struct Row {
    pub session_live: bool,
    pub allowed: bool,
    pub known: bool,
    pub id: Option<Uuid>,
    pub event_id: Option<Uuid>,
    pub kind: Option<String>,
    pub state: Option<String>,
    pub attempts: Option<i32>,
    pub status: Option<i32>,
    pub failure: Option<String>,
    pub duration_ms: Option<i32>,
    pub created_at: Option<OffsetDateTime>,
    pub due_at: Option<OffsetDateTime>,
    pub finished_at: Option<OffsetDateTime>,
}

impl Row {
    /// The delivery of this row, if it holds one.
    pub fn into_delivery(self) -> Option<Delivery> {
        let state = self.state?;
        Some(Delivery {
            id: self.id?.into(),
            event_id: self.event_id?,
            r#type: self.kind?,
            attempts: self.attempts?,
            status: self.status,
            failure: self.failure,
            duration_ms: self.duration_ms,
            created_at: self.created_at?.into(),
            due_at: self.due_at.filter(|_| state == "pending").map(Timestamp::from),
            finished_at: self.finished_at.map(Timestamp::from),
            state,
        })
    }
}
