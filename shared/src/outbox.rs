//! Events: what has changed, told to those whom it concerns.
//!
//! A statement writes the row of its event into `outbox` with the change itself, so that there is never one without the other.
//! After the commit the same invocation puts the row's id on the queue `events`, as well as it can: it takes half a second at
//! the most and never fails what was done. Ids that the queue did not take are sent again by `publish_outbox`
//! (docs/decisions/0030).

use std::cell::RefCell;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::app::App;
use crate::id::OutboxId;
use crate::queue::{Queue, QueueFailure};
use crate::random::RandomFailure;

/// Ids in one message of the queue.
pub const IDS_PER_MESSAGE: usize = 100;
const SEND_TIMEOUT: Duration = Duration::from_millis(500);
/// For so long after a failure nothing is sent: while the queue is away, not every request should wait for it.
const REST: Duration = Duration::from_secs(10);

tokio::task_local! {
    static NOTED: RefCell<Vec<OutboxId>>;
}

/// The body of a message of the queue `events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventIds {
    /// Rows of `outbox`; one that is not there had nothing to tell after all.
    pub event_ids: Vec<OutboxId>,
}

/// The queue `events`, and whether it is worth a try.
pub struct Events {
    queue: Arc<dyn Queue>,
    /// On the monotonic clock.
    resting_until: Mutex<Duration>,
}

impl Events {
    /// Events go to this queue.
    #[must_use]
    pub fn to(queue: Arc<dyn Queue>) -> Self {
        Self { queue, resting_until: Mutex::default() }
    }
}

/// Notes an event that the work at hand has written, so that it is told once the work has succeeded. [`App::new_event`] does so
/// by itself; this is for statements that choose among ids.
pub fn note(event: OutboxId) {
    // Outside a request or task nobody tells it; the sweep does.
    let _ = NOTED.try_with(|noted| noted.borrow_mut().push(event));
}

/// Does the work of a request or task; the events that it noted come with its outcome.
pub(crate) async fn scope<F: Future>(work: F) -> (F::Output, Vec<OutboxId>) {
    NOTED.scope(RefCell::default(), async { (work.await, NOTED.with(RefCell::take)) }).await
}

/// Puts ids on a queue, a hundred in a message.
///
/// # Errors
/// [`QueueFailure`] when some were not taken.
pub async fn send(queue: &dyn Queue, events: &[OutboxId]) -> Result<(), QueueFailure> {
    let body = |ids: &[OutboxId]| serde_json::to_string(&EventIds { event_ids: ids.to_vec() });
    let bodies: Result<Vec<_>, _> = events.chunks(IDS_PER_MESSAGE).map(body).collect();
    queue.send_all(bodies.map_err(|failure| QueueFailure(failure.to_string()))?).await
}

impl App {
    /// The id of an event that a statement is about to write; told once the request or task has succeeded. The one way to such
    /// an id.
    ///
    /// # Errors
    /// [`RandomFailure`] when there are no random bytes.
    pub fn new_event(&self) -> Result<OutboxId, RandomFailure> {
        let event = OutboxId(self.new_id()?);
        note(event);
        Ok(event)
    }

    /// Tells of events after the commit, as well as it can.
    pub(crate) async fn tell(&self, events: &[OutboxId]) {
        let Some(told) = self.events.as_ref().filter(|_| !events.is_empty()) else { return };
        let rest = || told.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        if self.clock.monotonic() < *rest() {
            return;
        }
        let failure = match timeout(SEND_TIMEOUT, send(&*told.queue, events)).await {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => failure.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        *rest() = self.clock.monotonic() + REST;
        tracing::warn!(%failure, events = events.len(), "events are left to the sweep");
    }
}
