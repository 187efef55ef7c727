//! How much each keyring key is used, by day (docs/decisions/0040).
//!
//! Counted in memory, and written by this environment once a minute at the most, beside its next answers: as sums since it
//! started, so that writing twice what was lost on the way is writing it once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::app::App;
use crate::clock::Clock;
use crate::crypto::{BoxFuture, Key, Kms, KmsFailure, Purpose, WrappedKey};
use crate::database::{Database, DatabaseFailure};
use crate::id::KeyringId;

/// How often one environment writes at the most.
const PERIOD: Duration = Duration::from_mins(1);

/// One use of a keyring key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Something was sealed under it.
    Seal,
    /// Something that was sealed under it was opened, other than an epoch key.
    Open,
    /// An epoch key was opened.
    Unwrap,
    /// KMS was asked to make it, unwrap it or wrap it again.
    KmsCall,
    /// Something did not open, or KMS gave no key.
    Failure,
}

/// The uses of a key on one day.
#[derive(Debug, Clone, Copy)]
struct Counts {
    seals: i64,
    opens: i64,
    unwraps: i64,
    kms_calls: i64,
    failures: i64,
    first: OffsetDateTime,
    last: OffsetDateTime,
}

impl Counts {
    fn none_at(now: OffsetDateTime) -> Self {
        Self { seals: 0, opens: 0, unwraps: 0, kms_calls: 0, failures: 0, first: now, last: now }
    }
}

#[derive(Default)]
struct State {
    days: HashMap<(KeyringId, Date), Counts>,
    /// Whether anything was counted since it was last written.
    is_new: bool,
    /// When, by the monotonic clock, it was last written, or this began.
    written_at: Option<Duration>,
}

/// What this environment has counted.
#[derive(Default)]
pub struct KeyUsage(Mutex<State>);

/// A row of `keys.key_usage_daily`. Times are milliseconds since 1970.
#[derive(Serialize)]
struct Row {
    day: String,
    keyring_id: KeyringId,
    seals: i64,
    opens: i64,
    unwraps: i64,
    kms_calls: i64,
    failures: i64,
    first_ms: i64,
    last_ms: i64,
}

impl KeyUsage {
    /// Counts one use.
    pub fn count(&self, key: KeyringId, used: Use, now: OffsetDateTime) {
        self.with(|state| {
            state.is_new = true;
            let counts = state.days.entry((key, now.date())).or_insert_with(|| Counts::none_at(now));
            counts.last = counts.last.max(now);
            match used {
                Use::Seal => counts.seals += 1,
                Use::Open => counts.opens += 1,
                Use::Unwrap => counts.unwraps += 1,
                Use::KmsCall => counts.kms_calls += 1,
                Use::Failure => counts.failures += 1,
            }
        });
    }

    /// Whether there is something to write and it is time; then it counts as written.
    fn is_due(&self, now: Duration) -> bool {
        self.with(|state| {
            let since = *state.written_at.get_or_insert(now);
            let due = state.is_new && now.saturating_sub(since) >= PERIOD;
            if due {
                state.written_at = Some(now);
            }
            due
        })
    }

    fn rows(&self) -> Vec<Row> {
        let milliseconds =
            |time: OffsetDateTime| i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
        self.with(|state| {
            state.is_new = false;
            let row = |(&(keyring_id, day), counts): (&(KeyringId, Date), &Counts)| Row {
                day: day.to_string(),
                keyring_id,
                seals: counts.seals,
                opens: counts.opens,
                unwraps: counts.unwraps,
                kms_calls: counts.kms_calls,
                failures: counts.failures,
                first_ms: milliseconds(counts.first),
                last_ms: milliseconds(counts.last),
            };
            state.days.iter().map(row).collect()
        })
    }

    /// Days before yesterday are taken no more: they are being summed up.
    fn forget_before(&self, today: Date) {
        let yesterday = today.previous_day().unwrap_or(today);
        self.with(|state| state.days.retain(|(_, day), _| *day >= yesterday));
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn write(
    database: &Database,
    usage: &KeyUsage,
    environment: Uuid,
    today: Date,
) -> Result<(), DatabaseFailure> {
    let rows = usage.rows();
    if rows.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(&rows).unwrap_or_default();
    let statement = || {
        sqlx::query!(
            r#"
            INSERT INTO keys.key_usage_daily AS held
                (day, keyring_id, environment, seals, opens, unwraps, kms_calls, failures, first_used_at, last_used_at)
            SELECT used.day, used.keyring_id, $2, used.seals, used.opens, used.unwraps, used.kms_calls, used.failures,
                   to_timestamp(used.first_ms / 1000.0), to_timestamp(used.last_ms / 1000.0)
            FROM jsonb_to_recordset($1::text::jsonb) AS used (
                day date, keyring_id uuid, seals bigint, opens bigint, unwraps bigint, kms_calls bigint, failures bigint,
                first_ms bigint, last_ms bigint
            )
            WHERE used.day >= (now() AT TIME ZONE 'UTC')::date - 1
            ON CONFLICT (keyring_id, day, environment) DO UPDATE
            SET seals = greatest(held.seals, excluded.seals), opens = greatest(held.opens, excluded.opens),
                unwraps = greatest(held.unwraps, excluded.unwraps), kms_calls = greatest(held.kms_calls, excluded.kms_calls),
                failures = greatest(held.failures, excluded.failures),
                last_used_at = greatest(held.last_used_at, excluded.last_used_at)
            RETURNING held.day
            "#,
            json,
            environment,
        )
    };
    database.fetch_all(statement).await?;
    usage.forget_before(today);
    Ok(())
}

impl App {
    /// Writes what was counted, if it is time, without keeping anybody waiting: an answer goes out meanwhile.
    pub(crate) fn write_key_usage_beside(&self) {
        if !self.key_usage.is_due(self.clock.monotonic()) {
            return;
        }
        let Some(environment) = self.environment() else { return };
        let (database, usage) = (Arc::clone(&self.database), Arc::clone(&self.key_usage));
        let today = self.clock.now().date();
        tokio::spawn(async move {
            if let Err(failure) = write(&database, &usage, environment, today).await {
                // The sums are still there: the next time has them too.
                tracing::warn!(%failure, "the use of keys could not be written");
            }
        });
    }

    /// Writes what was counted now.
    ///
    /// # Errors
    /// [`DatabaseFailure`]; the next time has it too.
    pub async fn write_key_usage(&self) -> Result<(), DatabaseFailure> {
        let Some(environment) = self.environment() else { return Ok(()) };
        write(&self.database, &self.key_usage, environment, self.clock.now().date()).await
    }
}

/// A key service that counts its calls.
pub(crate) struct CountedKms {
    inner: Arc<dyn Kms>,
    clock: Arc<dyn Clock>,
    usage: Arc<KeyUsage>,
}

impl CountedKms {
    pub(crate) fn new(inner: Arc<dyn Kms>, clock: Arc<dyn Clock>, usage: Arc<KeyUsage>) -> Self {
        Self { inner, clock, usage }
    }

    fn count<T>(&self, key: KeyringId, outcome: Result<T, KmsFailure>) -> Result<T, KmsFailure> {
        self.usage.count(key, Use::KmsCall, self.clock.now());
        if outcome.is_err() {
            self.usage.count(key, Use::Failure, self.clock.now());
        }
        outcome
    }
}

impl Kms for CountedKms {
    fn generate(
        &self,
        purpose: Purpose,
        id: KeyringId,
    ) -> BoxFuture<'_, Result<(Key, WrappedKey), KmsFailure>> {
        Box::pin(async move { self.count(id, self.inner.generate(purpose, id).await) })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a WrappedKey) -> BoxFuture<'a, Result<Key, KmsFailure>> {
        Box::pin(async move { self.count(wrapped.id, self.inner.unwrap(wrapped).await) })
    }

    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedKey,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move { self.count(wrapped.id, self.inner.rewrap(wrapped, kms_key).await) })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;
    use uuid::Uuid;

    use super::{KeyUsage, Use};
    use crate::id::KeyringId;

    #[test]
    fn what_was_counted_is_written_once_a_minute_and_as_sums() {
        let usage = KeyUsage::default();
        let key = KeyringId(Uuid::from_u128(1));
        let minute = Duration::from_mins(1);
        assert!(!usage.is_due(minute), "nothing was counted");
        for used in [Use::Seal, Use::Seal, Use::Open, Use::Unwrap, Use::KmsCall, Use::Failure] {
            usage.count(key, used, datetime!(2026-11-24 23:59 UTC));
        }
        assert!(!usage.is_due(minute + Duration::from_secs(59)));
        assert!(usage.is_due(2 * minute));
        let rows = usage.rows();
        assert_eq!(rows.len(), 1);
        let row = &rows[0];
        assert_eq!((row.seals, row.opens, row.unwraps, row.kms_calls, row.failures), (2, 1, 1, 1, 1));
        assert!(!usage.is_due(5 * minute), "nothing new was counted");

        usage.count(key, Use::Seal, datetime!(2026-11-25 00:01 UTC));
        assert!(usage.is_due(5 * minute));
        let mut seals: Vec<_> = usage.rows().iter().map(|row| (row.day.clone(), row.seals)).collect();
        seals.sort();
        assert_eq!(seals, [("2026-11-24".to_owned(), 2), ("2026-11-25".to_owned(), 1)]);
        usage.forget_before(datetime!(2026-11-26 00:00 UTC).date());
        assert_eq!(usage.rows().len(), 1);
    }
}
