//! `GET /v1/health`: whether what requests need is there, and how long it takes to answer.

use std::sync::LazyLock;
use std::time::Duration;

use serde::Serialize;
use shared::app::optional;
use shared::crypto::Purpose;
use shared::{App, Call, Problem, Reply};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    checks: Checks,
    /// The platforms that devices are told through.
    push: &'static [String],
}

/// What `PUSH_PLATFORMS` says: platforms with commas between.
static PUSH: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = optional("PUSH_PLATFORMS").unwrap_or_default();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
});

#[derive(Serialize)]
struct Checks {
    database: Check,
    keys: Check,
}

#[derive(Serialize)]
struct Check {
    status: &'static str,
    latency_ms: u64,
}

/// Answers 200 when all is well, 503 otherwise; the causes are in the log.
pub async fn handle(app: &App, _call: Call) -> Result<Reply, Problem> {
    let (database, database_took) = timed(app, async || {
        let row = app.database.fetch_one(|| sqlx::query!(r#"SELECT true AS "answers!""#)).await?;
        Ok(row.answers)
    })
    .await;
    // A cached key counts: it is what requests are served with.
    let (keys, keys_took) = timed(app, async || app.active_key(Purpose::Content).await.map(|_| true)).await;

    let health = Health {
        status: if database && keys { "ok" } else { "degraded" },
        checks: Checks { database: check(database, database_took), keys: check(keys, keys_took) },
        push: &PUSH,
    };
    if database && keys { Reply::ok(&health) } else { Reply::unavailable(&health) }
}

async fn timed(app: &App, probe: impl AsyncFnOnce() -> Result<bool, Problem>) -> (bool, Duration) {
    let begun = app.clock.monotonic();
    let well = probe().await.unwrap_or_else(|cause| {
        tracing::warn!(%cause, "a health check failed");
        false
    });
    (well, app.clock.monotonic().saturating_sub(begun))
}

fn check(well: bool, took: Duration) -> Check {
    let latency_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    Check { status: if well { "ok" } else { "unavailable" }, latency_ms }
}
