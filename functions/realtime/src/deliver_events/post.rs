//! Sending frames: many at once, at a pace, again where that can help.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::App;
use shared::clock::Clock;
use shared::worker::TaskFailure;
use tokio::task::JoinSet;

use super::{CONNECTIONS_NAMED, MOST_FAILURES, Tools};
use crate::connection::ConnectionFailure;
use crate::work::{Whom, Work};

/// Frames on their way at the same time.
const AT_ONCE: usize = 64;
/// How often a frame is sent before it is left to another task.
const ATTEMPTS: u32 = 4;
/// Before the second attempt; twice as long before each further one.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Frames for one connection, in their order.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The connection.
    pub connection_id: String,
    /// The frames.
    pub frames: Arc<[String]>,
}

/// What became of deliveries; the rest arrived.
#[derive(Debug, Default)]
struct Outcome {
    gone: Vec<String>,
    failed: Vec<String>,
}

/// Sends everything and forgets connections that are gone; answers those that could not be told.
pub async fn deliver(
    app: &App,
    tools: &Tools,
    deliveries: Vec<Delivery>,
) -> Result<Vec<String>, TaskFailure> {
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = Arc::new(Mutex::new(VecDeque::from(deliveries)));
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let mut senders = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (waiting, outcome) = (Arc::clone(&waiting), Arc::clone(&outcome));
        let (tools, clock) = (tools.clone(), Arc::clone(&app.clock));
        senders.spawn(async move {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(delivery) = next else { return };
                let sent = send(&tools, &*clock, &delivery).await;
                let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                match sent {
                    Ok(()) => {}
                    Err(ConnectionFailure::Gone) => outcome.gone.push(delivery.connection_id),
                    Err(failure) => {
                        tracing::warn!(connection_id = delivery.connection_id, %failure, "a frame was not sent");
                        outcome.failed.push(delivery.connection_id);
                    }
                }
            }
        });
    }
    // One that panicked, which none should, leaves its delivery to nobody.
    while senders.join_next().await.is_some() {}
    let Outcome { gone, failed } =
        std::mem::take(&mut *outcome.lock().unwrap_or_else(PoisonError::into_inner));
    forget(app, &gone).await?;
    Ok(failed)
}

async fn send(tools: &Tools, clock: &dyn Clock, delivery: &Delivery) -> Result<(), ConnectionFailure> {
    for frame in &*delivery.frames {
        let mut attempt = 1;
        loop {
            tools.pace.wait(clock).await;
            match tools.connections.post(&delivery.connection_id, frame).await {
                Err(ConnectionFailure::Busy(_)) if attempt < ATTEMPTS => {
                    tokio::time::sleep(BACK_OFF * 2_u32.pow(attempt - 1)).await;
                    attempt += 1;
                }
                Err(failure) => return Err(failure),
                Ok(()) => break,
            }
        }
    }
    Ok(())
}

/// Forgets connections that the gateway no longer has; one that has just been made may not be open yet.
async fn forget(app: &App, gone: &[String]) -> Result<(), TaskFailure> {
    if gone.is_empty() {
        return Ok(());
    }
    let statement = || {
        sqlx::query!(
            "DELETE FROM connections
             WHERE connection_id = ANY ($1::text[]) AND connected_at < now() - interval '10 seconds'
             RETURNING connection_id",
            gone
        )
    };
    app.database.fetch_all(statement).await?;
    Ok(())
}

/// Leaves those who could not be told to another task, a while later; after enough failures, to the change feeds.
pub async fn again(
    tools: &Tools,
    failed: Vec<String>,
    before: &Whom,
    work: impl Fn(Whom) -> Work,
) -> Result<(), TaskFailure> {
    let failures = before.failures + 1;
    if failures > MOST_FAILURES {
        if !failed.is_empty() {
            tracing::error!(
                connections = failed.len(),
                "some were never told; they have to read what changed"
            );
        }
        return Ok(());
    }
    for only in failed.chunks(CONNECTIONS_NAMED) {
        let whom = Whom { only: only.to_vec(), failures, ..Whom::default() };
        work(whom).send(&*tools.events, Duration::from_secs(1 << failures)).await?;
    }
    Ok(())
}
