//! Worker of the queue `webhooks`: tells webhooks of events. A receiver is told at least once, always under the same id.
//!
//! A task names an event, for all who have subscribed, or one delivery, to be tried again. What fails is sent to the queue
//! once more, kept back for longer each time; after the last attempt the task fails and ends among the dead letters. One that
//! is redriven from there begins anew.

use futures_util::stream::{StreamExt, iter};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::id::{DeliveryId, OutboxId};
use shared::queue::Queue;
use shared::worker::{Task, TaskFailure};
use uuid::Uuid;

use crate::outbound::Outbound;
use crate::webhook::attempt::{self, Next};

/// Webhooks that are told at the same moment: all there can be.
const AT_ONCE: usize = shared::limits::WEBHOOKS;

/// What a task says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Work {
    /// An event happened.
    Event {
        /// Its row in the outbox.
        event_id: OutboxId,
    },
    /// A delivery is due.
    Delivery {
        /// Which one.
        delivery_id: DeliveryId,
    },
}

impl Work {
    /// As the queue has it.
    #[must_use]
    pub fn body(self) -> String {
        match self {
            Self::Event { event_id } => format!(r#"{{"event_id":"{event_id}"}}"#),
            Self::Delivery { delivery_id } => format!(r#"{{"delivery_id":"{delivery_id}"}}"#),
        }
    }
}

/// Does one task.
///
/// # Errors
/// [`TaskFailure::Fail`] for a delivery that has had its last attempt; [`TaskFailure::Retry`] when something of ours was away.
pub async fn handle(
    app: &App,
    outbound: &Outbound,
    queue: &dyn Queue,
    task: Task<'_>,
) -> Result<(), TaskFailure> {
    match task.read::<Work>()? {
        Work::Delivery { delivery_id } => one(app, outbound, queue, delivery_id).await,
        Work::Event { event_id } => {
            let due = prepare(app, event_id).await?;
            let outcomes: Vec<_> = iter(due.into_iter().map(|id| one(app, outbound, queue, id)))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            // Each delivery goes on by itself; what is tried again here is what could not even be sent to the queue.
            outcomes
                .into_iter()
                .find(|outcome| matches!(outcome, Err(TaskFailure::Retry(_))))
                .unwrap_or(Ok(()))
        }
    }
}

async fn one(
    app: &App,
    outbound: &Outbound,
    queue: &dyn Queue,
    delivery: DeliveryId,
) -> Result<(), TaskFailure> {
    match attempt::make(app, outbound, delivery).await? {
        Next::Nothing => Ok(()),
        Next::After(delay) => {
            let body = Work::Delivery { delivery_id: delivery }.body();
            Ok(queue.send_after(body, delay).await?)
        }
        Next::Busy => Err(TaskFailure::Retry("another attempt is being made".to_owned())),
        Next::GivenUp => Err(TaskFailure::Fail("the last attempt has failed".to_owned())),
    }
}

/// Notes the deliveries of an event, once; answers those that are not over.
async fn prepare(app: &App, event: OutboxId) -> Result<Vec<DeliveryId>, TaskFailure> {
    let ids: Vec<Uuid> = (0..AT_ONCE).map(|_| app.new_id()).collect::<Result<_, _>>()?;
    let statement = || sqlx::query_file!("src/prepare_webhook_deliveries.sql", event.0, &ids);
    let rows = app.database.fetch_all(statement).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

#[cfg(test)]
mod tests {
    use shared::id::{DeliveryId, OutboxId};
    use uuid::Uuid;

    use super::Work;

    #[test]
    fn work_is_read_as_it_is_written() {
        let id = Uuid::from_u128(7);
        for work in [Work::Event { event_id: OutboxId(id) }, Work::Delivery { delivery_id: DeliveryId(id) }] {
            assert_eq!(serde_json::from_str::<Work>(&work.body()).unwrap(), work);
        }
        for bad in ["{}", "[]", r#"{"event_id": 7}"#, r#"{"event_id": "x"}"#] {
            assert!(serde_json::from_str::<Work>(bad).is_err(), "{bad}");
        }
    }
}
