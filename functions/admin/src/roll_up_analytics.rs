//! Counts what happened in each hour, for `GET /v1/admin/analytics`.
//!
//! Invoked by a schedule, every ten minutes. Each run computes the hours that are not final yet anew, whole, from the tables
//! (docs/decisions/0036): a run that comes twice, late or beside another writes the same. An hour is final an hour after its
//! end, when whatever began in it is long committed.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use time::OffsetDateTime;
use uuid::Uuid;

/// Hours that one invocation looks at, at the most: what is left then waits for the next.
const HOURS: i64 = 500;
/// No hour is begun after this long.
const PATIENCE: Duration = Duration::from_secs(45);

/// Computes the hours that are due, oldest first; answers how many that were and how many are written.
pub async fn handle(app: &App) -> Result<Value, DatabaseFailure> {
    let begun = app.clock.monotonic();
    let due = due(app).await?;
    let mut computed = 0;
    for hour in &due {
        if app.clock.monotonic().saturating_sub(begun) > PATIENCE {
            break;
        }
        roll_up(app, *hour).await?;
        computed += 1;
    }
    tracing::info!(due = due.len(), computed, "hours were counted");
    Ok(json!({"due": due.len(), "computed": computed}))
}

/// The beginnings of the hours that are not final: all there are when nothing was ever counted.
async fn due(app: &App) -> Result<Vec<OffsetDateTime>, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT hour AS "hour!"
            FROM analytics_progress AS progress
            CROSS JOIN LATERAL generate_series(
                coalesce(
                    progress.final_before,
                    date_trunc('hour', (
                        SELECT users.created_at FROM users
                        WHERE users.id > '00000000-0000-0000-0000-000000000000' ORDER BY users.id LIMIT 1
                    ), 'UTC')
                ),
                date_trunc('hour', now(), 'UTC'),
                interval '1 hour'
            ) AS hour
            ORDER BY hour
            LIMIT $1
            "#,
            HOURS,
        )
    };
    Ok(app.database.fetch_all(statement).await?.into_iter().map(|row| row.hour).collect())
}

async fn roll_up(app: &App, hour: OffsetDateTime) -> Result<(), DatabaseFailure> {
    let (first, end) = (first_id(hour), first_id(hour + time::Duration::HOUR));
    let statement = || sqlx::query_file!("src/roll_up_analytics.sql", hour, first, end);
    app.database.fetch_one(statement).await.map(drop)
}

/// The smallest id of this moment: UUIDs of version 7 begin with their milliseconds (RFC 9562, 5.7), so that an hour's rows
/// are a range of the primary key.
fn first_id(time: OffsetDateTime) -> Uuid {
    let milliseconds = u128::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
    Uuid::from_u128(milliseconds << 80)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::first_id;

    #[test]
    fn ids_of_an_hour_are_between_its_ends() {
        let hour = datetime!(2026-11-24 10:00 UTC);
        let id = |milliseconds: u64| {
            uuid::Builder::from_unix_timestamp_millis(milliseconds, &[255; 10]).into_uuid()
        };
        let begins = u64::try_from(hour.unix_timestamp()).unwrap() * 1_000;
        let (first, end) = (first_id(hour), first_id(hour + time::Duration::HOUR));
        assert!(id(begins - 1) < first && first < id(begins));
        assert!(id(begins + 3_599_999) < end && end < id(begins + 3_600_000));
    }
}
