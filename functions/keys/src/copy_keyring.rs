//! Invoked each minute: puts a copy of the keyring into the locked bucket when it has changed, or when the last copy is half a day old and will
//! not be kept for ever.
//!
//! And destroys the ciphertexts of keys that have been retired for a day: nothing is sealed under them any more, and an old dump shall not open
//! by them. It may run twice at once: then there are two copies of the same.

use serde_json::{Value, json};
use shared::keys::KmsKeys;
use shared::locked::LockedBucket;
use shared::{App, Problem};
use time::Duration;

use crate::keyring::Keyring;

/// How old the last copy may be though nothing has changed: copies are kept for `KeyBackupLockDays`, which may be one.
const COPY_EVERY: Duration = Duration::hours(12);

/// Copies what changed; answers whether it did.
pub async fn handle(app: &App, kms_keys: &KmsKeys, bucket: &dyn LockedBucket) -> Result<Value, Problem> {
    let Ok(keyring) = Keyring::read(app, None).await? else {
        return Err(Problem::Internal("a schedule is always allowed".to_owned()));
    };
    if keyring.keys.iter().any(|key| !key.is_used() && !key.wrapped.blob.is_empty()) {
        destroy_retired(app).await?;
    }
    let digest = keyring.digest(kms_keys.recovery.as_deref());
    let is_copied = keyring
        .copied
        .as_ref()
        .is_some_and(|(copied, at)| *copied == digest && app.clock.now() - *at < COPY_EVERY);
    // Before the first migration has made keys, there is nothing to lose.
    if is_copied || keyring.keys.is_empty() {
        return Ok(json!({"copied": false}));
    }
    let backup = keyring.copy(app, kms_keys).await?;
    let (name, stamp) = (backup.object_name(app.clock.now()), app.stamp()?);
    bucket.put(name.clone(), backup.document()).await?;
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments.
            WITH noted AS (
                UPDATE deployment SET keyring_digest = $1, keyring_copied_at = clock_timestamp()
            )
            INSERT INTO audit_events (id, event, detail)
            SELECT $2, 'crypt_keys_backed_up', jsonb_build_object('digest', $3::text, 'by', 'copy_keyring')
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            "#,
            digest,
            stamp.id,
            backup.digest(),
        )
    };
    app.database.fetch_all(statement).await?;
    tracing::info!(name, "the keyring is copied");
    Ok(json!({"copied": true, "name": name}))
}

/// Empties what is left of keys that were retired a day ago. Their rows stay for the record.
async fn destroy_retired(app: &App) -> Result<(), Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat: what is empty is left alone.
            WITH destroyed AS (
                UPDATE keys.keyring SET wrapped = ''
                WHERE state = 'retired' AND retired_at < now() - interval '1 day' AND wrapped <> ''
                RETURNING id, purpose
            )
            INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
            SELECT gen_random_uuid(), 'crypt_key_destroyed', 'keyring_key', destroyed.id,
                   jsonb_build_object('purpose', destroyed.purpose)
            FROM destroyed
            RETURNING id
            "#,
        )
    };
    let destroyed = app.database.fetch_all(statement).await?;
    if !destroyed.is_empty() {
        tracing::info!(destroyed = destroyed.len(), "retired keys are destroyed");
    }
    Ok(())
}
