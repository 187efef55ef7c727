//! `GET /v1/admin/workers`: for each queue how much is in it and what its workers have done within the last hour, for admins and
//! auditors.

use std::time::Duration;

use serde::Serialize;
use shared::audit::Entry;
use shared::backlog::{Backlog, Depth, depths};
use shared::policy::Action;
use shared::worker::Durations;
use shared::{App, Call, Problem, Reply};

/// For all queues to say how much is in them.
const DEPTHS_WITHIN: Duration = Duration::from_secs(5);

/// One queue and its workers.
#[derive(Serialize)]
struct Worker {
    queue: String,
    /// Where the queue does not say, these three are null.
    waiting: Option<i64>,
    in_flight: Option<i64>,
    dead_letters: Option<i64>,
    /// Within the last hour; null where nothing was taken up.
    oldest_age_ms: Option<i64>,
    processed: i64,
    /// Attempts that failed: those that came again and those that were the last.
    failed: i64,
    retried: i64,
    dead_lettered: i64,
    duration_ms: Quantiles,
}

/// Durations that 50, 95 and 99 of a hundred tasks did not exceed, in milliseconds; null without tasks.
#[derive(Serialize)]
struct Quantiles {
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
}

/// All queues, the most important first.
#[derive(Serialize)]
struct List {
    items: Vec<Worker>,
}

/// The statement's rows: `list_workers.sql`.
struct Row {
    session_live: bool,
    allowed: bool,
    queue: Option<String>,
    processed: Option<i64>,
    retried: Option<i64>,
    dead_lettered: Option<i64>,
    oldest_age_ms: Option<i64>,
    durations: Option<Vec<i64>>,
}

/// Answers the list.
pub async fn handle(app: &App, backlog: &dyn Backlog, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_workers.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadWorkers.roles(),
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    if !rows.first().is_some_and(|row| row.allowed) {
        app.record(vec![Entry::refused(caller, "list_workers")]).await;
        return Err(Problem::RoleRequired);
    }
    let depths = depths(backlog, DEPTHS_WITHIN).await;
    let worker = |(queue, depth): (String, Option<Depth>)| {
        let row = rows.iter().find(|row| row.queue.as_ref() == Some(&queue));
        Worker::of(queue, depth, row)
    };
    Reply::ok(&List { items: depths.into_iter().map(worker).collect() })
}

impl Worker {
    fn of(queue: String, depth: Option<Depth>, row: Option<&Row>) -> Self {
        let count = |of: fn(&Row) -> Option<i64>| row.and_then(of).unwrap_or_default();
        let durations = row.and_then(|row| row.durations.as_deref()).map(Durations::of).unwrap_or_default();
        let (retried, dead_lettered) = (count(|row| row.retried), count(|row| row.dead_lettered));
        Self {
            queue,
            waiting: depth.map(|depth| depth.waiting),
            in_flight: depth.map(|depth| depth.in_flight),
            dead_letters: depth.map(|depth| depth.dead_letters),
            oldest_age_ms: row.and_then(|row| row.oldest_age_ms),
            processed: count(|row| row.processed),
            failed: retried + dead_lettered,
            retried,
            dead_lettered,
            duration_ms: Quantiles {
                p50: durations.quantile_ms(0.5),
                p95: durations.quantile_ms(0.95),
                p99: durations.quantile_ms(0.99),
            },
        }
    }
}
