//! What `GET /v1/admin/workers` tells of the workers: a row of `worker_stats` for each environment and five minutes, with what it
//! has done in them so far. Every batch writes the whole row anew, so that writing it twice counts nothing twice.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;
use uuid::Uuid;

use super::Tally;
use super::durations::Durations;
use crate::app::App;

/// How long a row counts, in seconds.
const SLOT_S: i64 = 300;
/// For the statement that writes the row: less than what a batch keeps back at its end.
const WRITE_TIMEOUT: Duration = Duration::from_millis(500);

/// What this environment has done in the five minutes that the last batch belongs to.
#[derive(Debug, Default)]
pub struct Stats(Mutex<Option<Row>>);

#[derive(Debug, Clone)]
struct Row {
    /// When the five minutes began, in seconds since 1970.
    slot: i64,
    /// Made anew for each row: environments have no name of their own.
    id: Uuid,
    processed: i64,
    retried: i64,
    dead_lettered: i64,
    oldest_age_ms: i64,
    durations: Durations,
}

impl Stats {
    /// Adds a batch and writes the row. What cannot be written is written with the next batch.
    pub async fn add(&self, app: &App, queue: &'static str, tally: &Tally) {
        if tally.is_empty() {
            return;
        }
        let Some(row) = self.added(app, tally) else { return };
        match timeout(WRITE_TIMEOUT, write(app, queue, &row)).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => tracing::warn!(queue, %failure, "what was done is not counted yet"),
            Err(_) => tracing::warn!(queue, "what was done is not counted yet: no answer in time"),
        }
    }

    fn added(&self, app: &App, tally: &Tally) -> Option<Row> {
        let slot = app.clock.now().unix_timestamp().div_euclid(SLOT_S) * SLOT_S;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|row| row.slot != slot) {
            *kept = Some(Row {
                slot,
                id: app.new_id().ok()?,
                processed: 0,
                retried: 0,
                dead_lettered: 0,
                oldest_age_ms: 0,
                durations: Durations::default(),
            });
        }
        let row = kept.as_mut()?;
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        row.processed = row.processed.saturating_add(number(tally.processed));
        row.retried = row.retried.saturating_add(number(tally.retried));
        row.dead_lettered = row.dead_lettered.saturating_add(number(tally.dead_lettered));
        let age_ms = i64::try_from(tally.age.as_millis()).unwrap_or(i64::MAX);
        row.oldest_age_ms = row.oldest_age_ms.max(age_ms);
        for (duration, tasks) in &tally.calls {
            row.durations.add(*duration, *tasks);
        }
        Some(row.clone())
    }
}

async fn write(app: &App, queue: &'static str, row: &Row) -> Result<(), crate::database::DatabaseFailure> {
    let slot = OffsetDateTime::from_unix_timestamp(row.slot).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let durations = row.durations.counts();
    let statement = || {
        sqlx::query!(
            r#"
            INSERT INTO worker_stats
                (id, queue, slot, processed, retried, dead_lettered, oldest_age_ms, durations)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            -- The same environment's row of a batch before.
            ON CONFLICT (id) DO UPDATE
            SET processed = excluded.processed, retried = excluded.retried, dead_lettered = excluded.dead_lettered,
                oldest_age_ms = excluded.oldest_age_ms, durations = excluded.durations
            RETURNING id
            "#,
            row.id,
            queue,
            slot,
            row.processed,
            row.retried,
            row.dead_lettered,
            row.oldest_age_ms,
            durations,
        )
    };
    app.database.fetch_one(statement).await.map(drop)
}
