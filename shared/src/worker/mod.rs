//! Workers: what takes tasks off a queue.
//!
//! Lambda hands a worker a batch of records and takes back the ids of those that failed, so that only they come again
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>). A task comes at least once, in any order,
//! so its handler must be safe to repeat; one that has failed [`MAX_ATTEMPTS`] times goes to the queue's dead letters.
//!
//! Every task of a batch gets its turn: it has an equal share of the time that is left, so that one that hangs costs its
//! neighbours nothing. What could not be begun in time, or was cut short because the environment ends, comes again.

mod batch;
mod durations;
mod length;
mod metrics;
mod shutdown;
mod stats;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;
use tracing::Instrument;

use crate::app::{App, Misconfigured, optional};
use crate::aws::AwsAccess;
use crate::crypto::BoxFuture;
use crate::database::DatabaseFailure;
use crate::http::Problem;
use crate::objects::ObjectFailure;
use crate::queue::QueueFailure;
use crate::random::RandomFailure;
use crate::serve::run;

pub use self::batch::{Done, Limits, run_batches, run_tasks};
pub use self::durations::Durations;
pub use self::length::Length;
pub use self::metrics::Tally;
pub use self::shutdown::Stop;
pub use self::stats::Stats;

/// How often a task is tried before it goes to the dead letters: `maxReceiveCount` of every queue in `template.yaml`, to
/// which a test holds it.
pub const MAX_ATTEMPTS: u32 = 5;

/// One record of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task<'a> {
    /// What the batch's answer names it by when it failed: the same at each attempt.
    pub id: &'a str,
    /// What was sent.
    pub body: &'a str,
    /// Which attempt this is, from 1 on.
    pub attempt: u32,
    /// When it was sent.
    pub sent_at: OffsetDateTime,
}

impl Task<'_> {
    /// What was sent, as JSON.
    ///
    /// # Errors
    /// [`TaskFailure::Fail`] when it is none of this shape: it never will be.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, TaskFailure> {
        // Why it cannot be read would quote what was sent.
        serde_json::from_str(self.body).map_err(|_| TaskFailure::unreadable())
    }
}

/// Why a task was not done. The reason is logged: ids and fixed words, never what somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskFailure {
    /// Trying again may help.
    #[error("{0}")]
    Retry(String),
    /// Trying again is in vain; it goes to the dead letters at its last attempt all the same, where somebody looks at it.
    #[error("{0}")]
    Fail(String),
}

impl TaskFailure {
    pub(crate) fn unreadable() -> Self {
        Self::Fail("it cannot be read".to_owned())
    }
}

impl From<Problem> for TaskFailure {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Unavailable(_) | Problem::RateLimited { .. } => Self::Retry(problem.to_string()),
            _ => Self::Fail(problem.to_string()),
        }
    }
}

impl From<DatabaseFailure> for TaskFailure {
    fn from(failure: DatabaseFailure) -> Self {
        match failure {
            DatabaseFailure::Unavailable(_) => Self::Retry(failure.to_string()),
            DatabaseFailure::Refused(_) => Self::Fail(failure.to_string()),
        }
    }
}

impl From<QueueFailure> for TaskFailure {
    fn from(failure: QueueFailure) -> Self {
        Self::Retry(failure.to_string())
    }
}

impl From<ObjectFailure> for TaskFailure {
    fn from(failure: ObjectFailure) -> Self {
        Self::Retry(failure.to_string())
    }
}

impl From<&Misconfigured> for TaskFailure {
    fn from(failure: &Misconfigured) -> Self {
        Self::Retry(failure.to_string())
    }
}

impl From<RandomFailure> for TaskFailure {
    fn from(failure: RandomFailure) -> Self {
        Self::Retry(failure.to_string())
    }
}

/// What does one task.
pub type TaskHandler = for<'a> fn(&'a App, Task<'a>) -> BoxFuture<'a, Result<(), TaskFailure>>;

/// What does many tasks at once, for work that is coalesced. When it answers [`TaskFailure::Fail`] nothing may have happened:
/// it is then called with halves of the batch, until the task that is to blame is by itself. So is a task that has failed twice,
/// from the beginning.
pub type BatchHandler<T> = for<'a> fn(&'a App, &'a [T]) -> BoxFuture<'a, Result<(), TaskFailure>>;

/// Serves a worker that does one task at a time. `queue` is the queue's name in logs, metrics and `GET /v1/admin/workers`.
#[must_use]
pub fn serve_tasks(queue: &'static str, handler: TaskHandler) -> ExitCode {
    serve(queue, move |app, event, limits| Box::pin(run_tasks(app, queue, handler, event, limits)))
}

/// Serves a worker that does a batch's tasks together. What is no `T` fails by itself, before the handler is asked.
#[must_use]
pub fn serve_batches<T>(queue: &'static str, handler: BatchHandler<T>) -> ExitCode
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    serve(queue, move |app, event, limits| Box::pin(run_batches(app, queue, handler, event, limits)))
}

/// A batch in, what became of it out.
type Batch<'a> = BoxFuture<'a, Done>;

fn serve(
    queue: &'static str,
    work: impl for<'a> Fn(&'a App, &'a Value, Limits) -> Batch<'a> + Copy + 'static,
) -> ExitCode {
    run(async |app| {
        let stop = shutdown::on_signal();
        shutdown::register().await;
        let stage = optional("STAGE");
        let stats = Arc::new(Stats::default());
        let length = Arc::new(Length::by(AwsAccess::from_environment().ok()));
        let serve = |event: LambdaEvent<Value>| {
            let (stop, stage) = (stop.clone(), stage.clone());
            let (stats, length) = (Arc::clone(&stats), Arc::clone(&length));
            let span = tracing::info_span!("invocation", request_id = %event.context.request_id);
            let batch = async move {
                let _busy = stop.busy();
                let limits = Limits { left: left(app, event.context.deadline), stop: stop.clone() };
                let done = work(app, &event.payload, limits).await;
                // An environment that ends has time for its answer and no more.
                let waiting = if stop.is_asked() { None } else { length.of(app, &event.payload).await };
                done.tally.print(queue, stage.as_deref(), waiting, app.clock.now());
                app.write_key_usage_beside();
                if !stop.is_asked() {
                    stats.add(app, queue, &done.tally).await;
                }
                Ok::<_, lambda_runtime::Error>(done.answer)
            };
            batch.instrument(span)
        };
        tokio::select! {
            served = lambda_runtime::run(service_fn(serve)) => served,
            () = stop.idle() => Ok(()),
        }
    })
}

/// Ten years: a deadline before 1980 is none that Lambda gives.
const LONG_PAST_MS: u64 = 315_360_000_000;

/// How long until Lambda ends the invocation whose deadline this is, in milliseconds since 1970; `cargo lambda watch` gives the
/// time that is left itself.
fn left(app: &App, deadline_ms: u64) -> Duration {
    if deadline_ms < LONG_PAST_MS {
        return Duration::from_millis(deadline_ms);
    }
    let now = app.clock.now().unix_timestamp_nanos() / 1_000_000;
    let now = u64::try_from(now).unwrap_or_default();
    Duration::from_millis(deadline_ms.saturating_sub(now))
}
