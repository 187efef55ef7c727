//! Brings the database to the version that this deployment's functions expect, and makes its first keyring keys.
//!
//! Invoked by whoever deploys, before the new functions serve. Safe to repeat, and to run twice at once: sqlx holds a
//! lock while it migrates, and only one key of a purpose can be active.

pub mod login;

use serde_json::{Value, json};
use shared::App;
use shared::app::optional;
use shared::crypto::{KmsFailure, Purpose};
use shared::database::DatabaseFailure;
use shared::id::KeyringId;
use shared::random::RandomFailure;
use sqlx::migrate::{MigrateError, Migrator};

/// The migrations of this deployment.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Why the database is not ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFailure {
    /// Postgres is not there or refused.
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    /// A migration failed, or one that was applied has been changed since.
    #[error(transparent)]
    Migration(#[from] MigrateError),
    /// KMS made no key.
    #[error("the key service: {0}")]
    Kms(#[from] KmsFailure),
    /// Keys were made before, and are gone: new ones would open nothing of what is there.
    #[error("the keyring is empty and should not be: recover it first (docs/encryption.md)")]
    KeyringLost,
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] RandomFailure),
    /// The role that the functions log in as could not be made.
    #[error(transparent)]
    Login(#[from] login::LoginFailure),
}

/// Migrates and makes missing keys; answers the version and which keys are new.
pub async fn handle(app: &App, _event: Value) -> Result<Value, MigrationFailure> {
    if let Some(secret) = optional(login::MASTER_SECRET) {
        login::ensure(&login::master(&secret, app.database.options()).await?).await?;
    }
    MIGRATOR.run(&app.database.for_migrations()).await?;
    let version = MIGRATOR.iter().map(|migration| migration.version).max();

    let mut new_keys = Vec::new();
    for purpose in Purpose::ALL {
        if ensure_active_key(app, purpose).await? {
            new_keys.push(purpose.name());
        }
    }
    tracing::info!(version, ?new_keys, "the database is ready");
    Ok(json!({"version": version, "new_keys": new_keys}))
}

/// Makes the first keyring key of a purpose; `true` if there was none.
async fn ensure_active_key(app: &App, purpose: Purpose) -> Result<bool, MigrationFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT EXISTS (SELECT FROM keys.keyring WHERE purpose = $1 AND state = 'active') AS "active!",
                   NOT EXISTS (SELECT FROM keys.keyring)
                   -- One of them, found by its index.
                   AND coalesce(
                       (SELECT user_id FROM credentials
                        WHERE user_id > '00000000-0000-0000-0000-000000000000' ORDER BY user_id LIMIT 1),
                       (SELECT conversation_id FROM conversation_keys
                        WHERE conversation_id > '00000000-0000-0000-0000-000000000000' ORDER BY conversation_id LIMIT 1)
                   ) IS NOT NULL AS "lost!"
            "#,
            purpose.name(),
        )
    };
    let keyring = app.database.fetch_one(statement).await?;
    if keyring.active {
        return Ok(false);
    }
    if keyring.lost {
        return Err(MigrationFailure::KeyringLost);
    }
    let id: KeyringId = app.new_id()?;
    let (_, wrapped) = app.kms.generate(purpose, id).await?;
    let event = app.stamp()?.id;
    let statement = || {
        sqlx::query!(
            r#"
            WITH created AS (
                INSERT INTO keys.keyring (id, purpose, wrapped, kms_key) VALUES ($1, $2, $3, $4)
                -- Somebody else made one at the same moment, or this is a repeat.
                ON CONFLICT DO NOTHING
                RETURNING id
            ),
            audited AS (
                INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
                SELECT $5, 'crypt_key_created', 'keyring_key', created.id,
                       jsonb_build_object('purpose', $2::text, 'by', 'migrate_database')
                FROM created
                ON CONFLICT (id) DO NOTHING
            )
            SELECT id FROM created
            "#,
            id.0,
            purpose.name(),
            wrapped.blob,
            wrapped.kms_key,
            event,
        )
    };
    Ok(!app.database.fetch_all(statement).await?.is_empty())
}
