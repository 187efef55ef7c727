//! How fast things are told: so many frames a second, and of what changes all the time only once in a while.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::App;
use shared::clock::Clock;
use shared::worker::TaskFailure;
use time::OffsetDateTime;
use uuid::Uuid;

/// After this time nobody waits for a task that was put off: whoever was to send it was killed before. It is shorter than the
/// queue's visibility timeout, so that the task that comes again then tells by itself; a test holds the template to that.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A token bucket: so many at once, and one more each time the interval has passed.
#[derive(Debug)]
pub struct Pace {
    interval: Duration,
    burst: u32,
    /// When the next would be due if all came evenly, on the monotonic clock.
    due: Mutex<Duration>,
}

impl Pace {
    /// So many a second, and as many at once.
    #[must_use]
    pub fn per_second(rate: u32) -> Self {
        let burst = rate.max(1);
        Self { interval: Duration::from_secs(1) / burst, burst, due: Mutex::default() }
    }

    /// Takes one; answers how long to wait before it may be used.
    fn take(&self, now: Duration) -> Duration {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        *due = (*due).max(now) + self.interval;
        due.saturating_sub(now + self.interval * self.burst)
    }

    /// Waits for its turn.
    pub async fn wait(&self, clock: &dyn Clock) {
        let wait = self.take(clock.monotonic());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether something is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// By a task that is yet to be sent.
    Later,
    /// By one that is under way: it will look at what is so then.
    Covered,
}

/// Whose turn it is, of those who may have had one within the interval. Those that were put off until now have theirs.
pub async fn turns(
    app: &App,
    asked: &BTreeMap<Uuid, bool>,
    interval: Duration,
) -> Result<Vec<(Uuid, Turn)>, TaskFailure> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    // Postgres counts microseconds, and what it gives back is compared.
    let now = app.clock.now();
    let now = now.replace_microsecond(now.microsecond()).unwrap_or(now);
    let waits_until: OffsetDateTime = now + interval + PATIENCE;
    let (ids, due): (Vec<Uuid>, Vec<bool>) = asked.iter().map(|(id, due)| (*id, *due)).unzip();
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments. In one order, so that no two wait for each other in a circle.
            WITH asked AS (
                SELECT one.id, one.due FROM unnest($1::uuid[], $2::boolean[]) AS one (id, due)
            )
            INSERT INTO tellings AS telling (id, told_at)
            SELECT asked.id, $3 FROM asked ORDER BY asked.id
            ON CONFLICT (id) DO UPDATE
            SET told_at = CASE
                    WHEN (SELECT asked.due FROM asked WHERE asked.id = telling.id) THEN $3
                    WHEN telling.waits_until > $3 OR telling.told_at > $4 THEN telling.told_at
                    ELSE $3
                END,
                waits_until = CASE
                    WHEN (SELECT asked.due FROM asked WHERE asked.id = telling.id) THEN NULL
                    WHEN telling.waits_until > $3 THEN telling.waits_until
                    WHEN telling.told_at = $3 THEN NULL
                    WHEN telling.told_at > $4 THEN $5
                END
            RETURNING telling.id, telling.told_at = $3 AS "now!", coalesce(telling.waits_until = $5, false) AS "later!"
            "#,
            &ids,
            &due,
            now,
            now - interval,
            waits_until,
        )
    };
    let turn = |now: bool, later: bool| match (now, later) {
        (true, _) => Turn::Now,
        (_, true) => Turn::Later,
        _ => Turn::Covered,
    };
    let rows = app.database.fetch_all(statement).await?;
    Ok(rows.into_iter().map(|row| (row.id, turn(row.now, row.later))).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Pace;

    proptest! {
        #[test]
        fn no_second_has_more_than_its_share(rate in 1u32..500, steps in proptest::collection::vec(0u64..50, 1..400)) {
            let pace = Pace::per_second(rate);
            let mut now = Duration::from_secs(1);
            let mut sent = Vec::new();
            for step in steps {
                now += Duration::from_millis(step);
                sent.push(now + pace.take(now));
            }
            sent.sort();
            // So many at once, and as many again while a second passes.
            let most = 2 * rate as usize + 1;
            for (place, begin) in sent.iter().enumerate() {
                let within = sent[place..].iter().take_while(|at| **at < *begin + Duration::from_secs(1)).count();
                prop_assert!(within <= most, "{within} of {most}");
            }
        }
    }
}
