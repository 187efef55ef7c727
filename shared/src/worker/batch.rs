//! One batch through a worker: each task by itself or many together, each within its time, none harmed by another.

use std::collections::VecDeque;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{BatchHandler, MAX_ATTEMPTS, Stop, Tally, Task, TaskFailure, TaskHandler};
use crate::app::App;
use crate::crypto::BoxFuture;
use crate::outbox;

/// Kept back at the end of an invocation: for what the batch itself has to write and answer.
const RESERVE: Duration = Duration::from_secs(1);
/// From this attempt on a task is done by itself where others are done together: what ails it may be its own, though it looks as if it
/// could pass.
const ALONE_FROM: u32 = 3;
/// With less than this nothing is begun.
const LEAST_SHARE: Duration = Duration::from_millis(50);

/// What ends a batch early.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long until Lambda ends the invocation.
    pub left: Duration,
    /// That the environment is to end.
    pub stop: Stop,
}

impl Default for Limits {
    /// As much as Lambda ever gives, and no end of the environment.
    fn default() -> Self {
        Self { left: Duration::from_mins(15), stop: Stop::never() }
    }
}

/// What became of a batch.
#[derive(Debug)]
pub struct Done {
    /// What Lambda is answered: which records are to come again.
    pub answer: Value,
    /// What there is to count.
    pub tally: Tally,
}

/// What is done with some of a batch's tasks.
type Work<'w> = dyn for<'a> Fn(&'a App, &'a [Task<'a>]) -> BoxFuture<'a, Result<(), TaskFailure>> + Sync + 'w;

/// A batch through a worker that does one task at a time.
pub async fn run_tasks(
    app: &App,
    queue: &'static str,
    handler: TaskHandler,
    event: &Value,
    limits: Limits,
) -> Done {
    let mut batch = Batch::new(app, queue, limits);
    let tasks = tasks(event, app.clock.now());
    let each = (0..tasks.len()).map(|place| &tasks[place..=place]);
    batch
        .work(each.collect(), &move |app, tasks| match tasks.first() {
            Some(task) => handler(app, *task),
            None => Box::pin(async { Ok(()) }),
        })
        .await;
    batch.done()
}

/// A batch through a worker that does its tasks together.
pub async fn run_batches<T>(
    app: &App,
    queue: &'static str,
    handler: BatchHandler<T>,
    event: &Value,
    limits: Limits,
) -> Done
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let mut batch = Batch::new(app, queue, limits);
    let (tasks, unreadable): (Vec<_>, Vec<_>) =
        tasks(event, app.clock.now()).into_iter().partition(|task| task.read::<T>().is_ok());
    for task in unreadable {
        batch.settle(&task, &Err(TaskFailure::unreadable()), Duration::ZERO);
    }
    let (mut tasks, alone): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.attempt < ALONE_FROM);
    let fresh = tasks.len();
    tasks.extend(alone);
    let (together, alone) = tasks.split_at(fresh);
    let pieces = std::iter::once(together).chain(alone.chunks(1)).filter(|piece| !piece.is_empty());
    batch
        .work(pieces.collect(), &move |app, tasks| {
            Box::pin(async move {
                let read: Vec<T> = tasks.iter().map(Task::read).collect::<Result<_, _>>()?;
                handler(app, &read).await
            })
        })
        .await;
    batch.done()
}

/// The records of a batch (<https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>).
fn tasks(event: &Value, now: OffsetDateTime) -> Vec<Task<'_>> {
    let records = event["Records"].as_array().into_iter().flatten();
    records.filter_map(|record| task(record, now)).collect()
}

fn task(record: &Value, now: OffsetDateTime) -> Option<Task<'_>> {
    let number = |name: &str| record["attributes"][name].as_str()?.parse::<i64>().ok();
    let sent_at = number("SentTimestamp").map(|ms| i128::from(ms) * 1_000_000);
    let sent_at = sent_at.and_then(|ns| OffsetDateTime::from_unix_timestamp_nanos(ns).ok());
    let attempt = number("ApproximateReceiveCount").and_then(|attempt| u32::try_from(attempt).ok());
    Some(Task {
        id: record["messageId"].as_str()?,
        body: record["body"].as_str().unwrap_or_default(),
        attempt: attempt.unwrap_or(1).max(1),
        sent_at: sent_at.unwrap_or(now),
    })
}

struct Batch<'b> {
    app: &'b App,
    queue: &'static str,
    stop: Stop,
    /// On the monotonic clock: nothing is worked on after it.
    end: Duration,
    failed: Vec<Value>,
    tally: Tally,
}

impl<'b> Batch<'b> {
    fn new(app: &'b App, queue: &'static str, limits: Limits) -> Self {
        let end = app.clock.monotonic() + limits.left.saturating_sub(RESERVE);
        Self { app, queue, stop: limits.stop, end, failed: Vec::new(), tally: Tally::default() }
    }

    /// Works through pieces of the batch; one that failed for good is divided, until each task that is to blame is alone.
    async fn work(&mut self, mut pieces: VecDeque<&[Task<'_>]>, work: &Work<'_>) {
        while let Some(piece) = pieces.pop_front() {
            let waiting: usize = pieces.iter().map(|piece| piece.len()).sum();
            let begun = self.app.clock.monotonic();
            let outcome = self.attempt(piece, waiting, work).await;
            if matches!(outcome, Err(TaskFailure::Fail(_))) && piece.len() > 1 {
                let (first, second) = piece.split_at(piece.len() / 2);
                pieces.push_front(second);
                pieces.push_front(first);
                continue;
            }
            let duration = self.app.clock.monotonic().saturating_sub(begun);
            self.tally.call(duration, piece.len());
            for task in piece {
                self.settle(task, &outcome, duration);
            }
        }
    }

    async fn attempt(&self, piece: &[Task<'_>], waiting: usize, work: &Work<'_>) -> Result<(), TaskFailure> {
        if self.stop.is_asked() {
            return Err(TaskFailure::Retry("not begun: the environment ends".to_owned()));
        }
        let share = self.share(piece.len(), waiting);
        if share < LEAST_SHARE {
            return Err(TaskFailure::Retry("not begun: no time is left".to_owned()));
        }
        tokio::select! {
            biased;
            outcome = tokio::time::timeout(share, self.done_and_told(piece, work)) => {
                outcome.unwrap_or_else(|_| Err(TaskFailure::Retry("not done within its time".to_owned())))
            }
            () = self.stop.is_due() => Err(TaskFailure::Retry("cut short: the environment ends".to_owned())),
        }
    }

    async fn done_and_told(&self, piece: &[Task<'_>], work: &Work<'_>) -> Result<(), TaskFailure> {
        let (outcome, events) = outbox::scope(work(self.app, piece)).await;
        if outcome.is_ok() {
            self.app.tell(&events).await;
        }
        outcome
    }

    /// The time for this many tasks while so many others wait: as much as for each of those.
    fn share(&self, tasks: usize, waiting: usize) -> Duration {
        let left = self.end.saturating_sub(self.app.clock.monotonic());
        let all = u32::try_from(tasks + waiting).unwrap_or(u32::MAX).max(1);
        left / all * u32::try_from(tasks).unwrap_or(u32::MAX)
    }

    /// Logs and counts what became of a task.
    fn settle(&mut self, task: &Task<'_>, outcome: &Result<(), TaskFailure>, duration: Duration) {
        let age = (self.app.clock.now() - task.sent_at).max(time::Duration::ZERO).unsigned_abs();
        let (duration_us, age_ms) = (micros(duration), millis(age));
        let (queue, task_id, attempt) = (self.queue, task.id, task.attempt);
        self.tally.took_up(age);
        match outcome {
            Ok(()) => {
                self.tally.processed += 1;
                tracing::info!(queue, task_id, attempt, outcome = "processed", duration_us, age_ms, "task");
            }
            Err(failure) => {
                self.failed.push(json!({"itemIdentifier": task.id}));
                let outcome = if attempt < MAX_ATTEMPTS { "retried" } else { "dead_lettered" };
                if attempt < MAX_ATTEMPTS {
                    self.tally.retried += 1;
                } else {
                    self.tally.dead_lettered += 1;
                }
                let hopeless = matches!(failure, TaskFailure::Fail(_));
                tracing::warn!(queue, task_id, attempt, outcome, duration_us, age_ms, %failure, hopeless, "task");
            }
        }
    }

    fn done(self) -> Done {
        Done { answer: json!({"batchItemFailures": self.failed}), tally: self.tally }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
