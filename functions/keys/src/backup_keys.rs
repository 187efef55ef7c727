//! `POST /v1/admin/keys/backup`: takes a copy of the keyring, ciphertext only, into the locked bucket and into the answer. For admins.
//!
//! Two statements: the event says that there is a copy, so it is written when there is one.

use serde::Serialize;
use shared::audit::Entry;
use shared::id::KeyringId;
use shared::keys::KmsKeys;
use shared::locked::LockedBucket;
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

use crate::keyring::Keyring;

/// What was copied.
#[derive(Serialize)]
struct Backup {
    /// The name of the object in the bucket.
    name: String,
    deployment_id: Uuid,
    made_at: String,
    /// SHA-256 of what is copied.
    digest: String,
    keys: Vec<Copied>,
    /// The object itself: what `POST /v1/admin/keys/restore` takes.
    document: String,
}

#[derive(Serialize)]
struct Copied {
    id: KeyringId,
    purpose: &'static str,
    active: bool,
    /// Whether the recovery key opens it too.
    recoverable: bool,
}

/// Takes the copy.
pub async fn handle(
    app: &App,
    kms_keys: &KmsKeys,
    bucket: &dyn LockedBucket,
    call: Call,
) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let Ok(keyring) = Keyring::read(app, Some(caller)).await? else {
        app.record(vec![Entry::refused(caller, "backup_keys")]).await;
        return Err(Problem::RoleRequired);
    };
    let (backup, stamp) = (keyring.copy(app, kms_keys).await?, app.stamp()?);
    let name = backup.object_name(app.clock.now());
    bucket.put(name.clone(), backup.document()).await?;
    let digest = keyring.digest(kms_keys.recovery.as_deref());
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments.
            WITH noted AS (
                UPDATE deployment SET keyring_digest = $1, keyring_copied_at = clock_timestamp()
            )
            INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
            SELECT $2, 'crypt_keys_backed_up', $3, $4, $5, $6, jsonb_build_object('digest', $7::text)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            "#,
            digest,
            stamp.id,
            caller.user_id.0,
            caller.session_id.0,
            stamp.address,
            stamp.request_id,
            backup.digest(),
        )
    };
    app.database.fetch_all(statement).await?;
    let keys = backup.keys().unwrap_or_default();
    let copied = keys.iter().map(|key| Copied {
        id: key.wrapped.id,
        purpose: key.wrapped.purpose.name(),
        active: key.is_active,
        recoverable: key.recovery.is_some(),
    });
    Reply::created(&Backup {
        name,
        deployment_id: backup.deployment(),
        made_at: backup.made_at().to_owned(),
        digest: backup.digest(),
        keys: copied.collect(),
        document: backup.document(),
    })
}
