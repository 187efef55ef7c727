//! Worker of a schedule: replaces keyring keys that are 30 days old or that an admin wants replaced, seals again what is sealed
//! under the old ones, and retires those under which nothing is (docs/decisions/0040).
//!
//! Each minute, for a part of it: what is left then waits for the next. It may be killed anywhere and run twice at once: each step
//! is a statement that asks whether it is still to be done.

use std::time::Duration;

use serde_json::{Value, json};
use shared::audit::{Entry, Event};
use shared::crypto::{KmsFailure, Purpose, WrappedKey};
use shared::database::DatabaseFailure;
use shared::id::KeyringId;
use shared::keys::{KeyringKey, KmsKeys};
use shared::random::RandomFailure;
use shared::{App, Problem};
use uuid::Uuid;

use crate::reseal::{Kind, walk};

/// How long it begins new batches.
const RUNS_FOR: Duration = Duration::from_secs(40);

/// Why not everything was done that could be.
#[derive(Debug, thiserror::Error)]
pub enum RotationFailure {
    /// Postgres is not there or refused.
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    /// KMS made no key.
    #[error("the key service: {0}")]
    Kms(#[from] KmsFailure),
    /// A key is not to be had.
    #[error(transparent)]
    Key(#[from] Problem),
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] RandomFailure),
}

/// A rotation that is not finished.
struct Unfinished {
    id: Uuid,
    kind: String,
    purpose: String,
    started: bool,
}

/// A key of the keyring.
struct Key {
    id: Uuid,
    purpose: String,
    state: String,
    /// Whether anything is sealed under it.
    held: bool,
    /// Whether something is that is to be sealed under a key of another purpose.
    astray: bool,
}

impl Key {
    /// Whether it is to be left: one that retires when nothing is sealed under it any more, or one under which something is that should
    /// not be.
    fn is_to_be_left(&self) -> bool {
        match self.state.as_str() {
            "active" => self.astray,
            "opening" => true,
            _ => self.held,
        }
    }
}

/// What a run has done.
#[derive(Debug, Default)]
struct Run {
    resealed: i64,
    failed: i64,
    rewrapped: i64,
    retired: i64,
    cut_short: bool,
}

/// Does what there is to do; answers what was done.
pub async fn handle(app: &App, kms_keys: &KmsKeys) -> Result<Value, RotationFailure> {
    let begun = app.clock.monotonic();
    let stop = || app.clock.monotonic().saturating_sub(begun) >= RUNS_FOR;
    let mut run = Run::default();
    ask_for_due(app).await?;
    for rotation in unfinished(app).await? {
        let Some(purpose) = Purpose::named(&rotation.purpose) else { continue };
        match rotation.kind.as_str() {
            "kms_key" => {
                run.rewrapped += rewrap(app, rotation.id, purpose, kms_keys.of(purpose), &stop).await?;
            }
            _ if !rotation.started => start(app, rotation.id, purpose).await?,
            _ => {}
        }
    }
    for key in keyring(app, None).await?.into_iter().filter(Key::is_to_be_left) {
        reseal(app, key, &stop, &mut run).await?;
    }
    sum_up_usage(app).await?;
    app.write_key_usage().await?;
    let Run { resealed, failed, rewrapped, retired, cut_short } = run;
    if resealed + failed + rewrapped + retired > 0 {
        tracing::info!(resealed, failed, rewrapped, retired, cut_short, "keys were rotated");
    }
    Ok(json!({
        "resealed": resealed, "failed": failed, "rewrapped": rewrapped, "retired": retired, "cut_short": cut_short,
    }))
}

/// Asks for another key where the active one is 30 days old.
async fn ask_for_due(app: &App) -> Result<(), DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            INSERT INTO keys.rotations (id, kind, purpose)
            SELECT gen_random_uuid(), 'keyring', key.purpose
            FROM keys.keyring AS key
            WHERE key.state = 'active' AND key.created_at < now() - interval '30 days'
            -- One is asked for already.
            ON CONFLICT DO NOTHING
            RETURNING id
            "#
        )
    };
    app.database.fetch_all(statement).await.map(drop)
}

async fn unfinished(app: &App) -> Result<Vec<Unfinished>, DatabaseFailure> {
    let statement = || {
        sqlx::query_as!(
            Unfinished,
            r#"
            SELECT id, kind, purpose, started_at IS NOT NULL AS "started!"
            FROM keys.rotations WHERE finished_at IS NULL ORDER BY requested_at, id
            "#
        )
    };
    app.database.fetch_all(statement).await
}

/// Makes another active key.
async fn start(app: &App, rotation: Uuid, purpose: Purpose) -> Result<(), RotationFailure> {
    let id: KeyringId = app.new_id()?;
    let (_, wrapped) = app.kms.generate(purpose, id).await?;
    let (created, replaced) = (app.stamp()?.id, app.stamp()?.id);
    let statement = || {
        sqlx::query_file!(
            "src/rotate_keys/start.sql",
            rotation,
            purpose.name(),
            wrapped.id.0,
            wrapped.blob,
            wrapped.kms_key,
            created,
            replaced,
        )
    };
    app.database.fetch_all(statement).await?;
    Ok(())
}

/// Has KMS wrap each key again; answers how many it did.
async fn rewrap(
    app: &App,
    rotation: Uuid,
    purpose: Purpose,
    kms_key: &str,
    stop: impl Fn() -> bool,
) -> Result<i64, RotationFailure> {
    let mut rewrapped = 0;
    while !stop() {
        let statement = || sqlx::query_file!("src/rotate_keys/next_to_wrap.sql", rotation, purpose.name());
        let Some(key) = app.database.fetch_all(statement).await?.pop() else { break };
        let old = WrappedKey { id: key.id.into(), purpose, blob: key.wrapped, kms_key: key.kms_key };
        let new = match app.kms.rewrap(&old, kms_key).await {
            Ok(new) => Some(new),
            Err(KmsFailure::Refused(reason)) => {
                let entry = Entry::about(Event::KeyRefused, "keyring_key", key.id);
                app.record(vec![entry.with(json!({"reason": reason}))]).await;
                None
            }
            // The next run goes on here.
            Err(failure) => return Err(failure.into()),
        };
        let event = app.stamp()?.id;
        let statement = || {
            sqlx::query_file!(
                "src/rotate_keys/wrapped.sql",
                rotation,
                key.id,
                old.blob,
                new.as_ref().map(|new| new.blob.as_slice()),
                new.as_ref().map(|new| new.kms_key.as_str()),
                event,
            )
        };
        rewrapped += app.database.fetch_one(statement).await?.changed;
    }
    Ok(rewrapped)
}

/// The keys, or one of them.
async fn keyring(app: &App, one: Option<KeyringId>) -> Result<Vec<Key>, DatabaseFailure> {
    let one = one.map(|id| id.0);
    let statement = || sqlx::query_file_as!(Key, "src/rotate_keys/held.sql", one);
    app.database.fetch_all(statement).await
}

/// Seals again what is sealed under a key: of one that seals new things, what other keys are for now; of one that does not, everything,
/// and retires it when nothing is left.
async fn reseal(app: &App, key: Key, stop: impl Fn() -> bool, run: &mut Run) -> Result<(), RotationFailure> {
    let Some(purpose) = Purpose::named(&key.purpose) else { return Ok(()) };
    let old_id = KeyringId(key.id);
    let mut failed = 0;
    if key.held {
        let Some(old) = app.keyring_key(old_id, &[purpose]).await? else { return Ok(()) };
        let from = KeyringKey { id: old_id, key: old };
        for of in Purpose::ALL {
            let goes = |kind: &Kind| {
                let its_own = key.state != "active" && of == purpose;
                kind.purpose() == of && (its_own || kind.purpose_before() == Some(purpose))
            };
            let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(goes).collect();
            if kinds.is_empty() {
                continue;
            }
            // Not what this process remembers: another worker may have made another.
            app.active_keys.forget(of);
            let to = app.active_key(of).await?;
            for kind in kinds {
                let walk = walk(app, kind, &from, &to, &stop).await?;
                run.resealed += walk.done;
                failed += walk.failed;
                if !walk.is_whole {
                    run.cut_short = true;
                    return Ok(());
                }
            }
        }
    }
    run.failed += failed;
    if key.state != "opening" {
        return Ok(());
    }
    let held = keyring(app, Some(old_id)).await?.iter().any(|key| key.held);
    let event = app.stamp()?.id;
    let statement =
        || sqlx::query_file!("src/rotate_keys/finish.sql", key.id, purpose.name(), held, failed, event);
    run.retired += app.database.fetch_one(statement).await?.retired;
    Ok(())
}

/// Sums up the days on which no environment counts any more, and forgets those of more than a year ago.
async fn sum_up_usage(app: &App) -> Result<(), DatabaseFailure> {
    let statement = || sqlx::query_file!("src/rotate_keys/sum_up_usage.sql");
    app.database.fetch_all(statement).await.map(drop)
}
