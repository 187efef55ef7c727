//! Destroys again, in a database that was restored from a backup, what had been destroyed since the backup was made: `{}` for the whole
//! ledger, `{"since": "2026-11-24T12:00:00Z"}` for what was carried there from then on.
//!
//! Invoked by whoever may invoke it, by IAM, before the database serves. Safe to repeat.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::locked::{LockedBucket, LockedBucketFailure};
use shared::random::RandomFailure;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::ledger::{Ledger, Shred, ShredKind};

/// Names of one list, as many as S3 answers at once.
const NAMES: i32 = 1_000;

/// From when on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    since: Option<String>,
}

/// Why the replay did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFailure {
    /// The event says nothing of the kind.
    #[error("the event must be {{}} or {{\"since\": \"2026-11-24T12:00:00Z\"}}: {0}")]
    Event(#[from] serde_json::Error),
    /// Its time is none.
    #[error("since must be a time of RFC 3339")]
    Since(#[from] time::error::Parse),
    /// Postgres is not there or refused.
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    /// The bucket does not answer.
    #[error(transparent)]
    Bucket(#[from] LockedBucketFailure),
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] RandomFailure),
    /// What everything else says was destroyed again; these objects say nothing.
    #[error("all but these objects of the ledger are replayed, which cannot be read: {0}")]
    Unreadable(String),
}

/// How much was there to be destroyed.
#[derive(Default)]
struct Sum {
    objects: usize,
    conversations: i64,
    keys: i64,
    accounts: i64,
}

/// Replays the ledger; answers how much of it was there to be destroyed.
pub async fn handle(app: &App, bucket: &dyn LockedBucket, event: Value) -> Result<Value, ReplayFailure> {
    let wanted: Wanted = serde_json::from_value(event)?;
    let row = app.database.fetch_one(|| sqlx::query!("SELECT id FROM deployment")).await?;
    let deployment = row.id;
    let mut after = match wanted.since {
        Some(since) => Ledger::names_from(deployment, OffsetDateTime::parse(&since, &Rfc3339)?),
        None => String::new(),
    };
    let (mut sum, mut unreadable) = (Sum::default(), Vec::new());
    loop {
        let versions = bucket.versions(&Ledger::names_of(deployment), &after, NAMES).await?;
        let Some(last) = versions.last() else { break };
        after.clone_from(&last.name);
        // A mark of a deletion hides nothing: every version is listed.
        for version in versions.iter().filter(|version| !version.is_deletion) {
            let content = bucket.get(version).await?;
            match Ledger::parse(deployment, &content) {
                Some(ledger) => destroy(app, ledger.shreds(), &mut sum).await?,
                None => unreadable.push(version.name.clone()),
            }
            sum.objects += 1;
        }
    }
    let Sum { objects, conversations, keys, accounts } = sum;
    let told =
        json!({"objects": objects, "conversations": conversations, "keys": keys, "accounts": accounts});
    record(app, &told).await?;
    tracing::info!(objects, conversations, keys, accounts, "the ledger is replayed");
    if unreadable.is_empty() { Ok(told) } else { Err(ReplayFailure::Unreadable(unreadable.join(", "))) }
}

async fn destroy(app: &App, shreds: &[Shred], sum: &mut Sum) -> Result<(), ReplayFailure> {
    // Accounts first: a group that ended because its last member was erased ends the way it did.
    for account in shreds.iter().filter(|shred| shred.kind == ShredKind::Account) {
        let event: Uuid = app.new_id()?;
        let statement = || sqlx::query_file!("src/replay_erasure.sql", account.id, event);
        sum.accounts += i64::from(app.database.fetch_one(statement).await?.erased);
    }
    let said = serde_json::to_string(shreds)?;
    let row = app.database.fetch_one(|| sqlx::query_file!("src/replay_shreds.sql", said)).await?;
    sum.conversations += row.conversations;
    sum.keys += row.keys;
    Ok(())
}

async fn record(app: &App, told: &Value) -> Result<(), ReplayFailure> {
    let (stamp, told) = (app.stamp()?, told.to_string());
    let statement = || {
        sqlx::query!(
            "INSERT INTO audit_events (id, event, detail) VALUES ($1, 'crypt_shreds_replayed', $2::text::jsonb)
             ON CONFLICT (id) DO NOTHING RETURNING id",
            stamp.id,
            told,
        )
    };
    app.database.fetch_all(statement).await?;
    Ok(())
}
