//! The keyring as it is stored, and taking a copy of it.

use serde_json::json;
use sha2::{Digest, Sha256};
use shared::crypto::{KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use shared::keys::KmsKeys;
use shared::policy::Action;
use shared::{App, Caller, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::backup::{BackedUpKey, KeyBackup};

/// The keyring with what is known of its copies.
pub struct Keyring {
    /// Which deployment's it is.
    pub deployment: Uuid,
    /// The [`Self::digest`] of what the bucket has a copy of, and since when.
    pub copied: Option<(Vec<u8>, OffsetDateTime)>,
    /// Every key there is.
    pub keys: Vec<KeyringRow>,
}

/// One key of it.
pub struct KeyringRow {
    /// The key.
    pub wrapped: WrappedKey,
    /// `active`, `opening` or `retired`.
    pub state: String,
}

/// Whether the caller may not: then the request ends.
pub struct NotAllowed;

impl Keyring {
    /// Reads it, for a caller or for a function that a schedule or IAM invokes.
    ///
    /// # Errors
    /// [`Problem::Unauthenticated`]; the inner error when the caller's role does not allow it.
    pub async fn read(app: &App, caller: Option<Caller>) -> Result<Result<Self, NotAllowed>, Problem> {
        let roles = Action::ManageKeys.roles();
        let statement = || {
            sqlx::query_file!(
                "src/keyring.sql",
                caller.map(|caller| caller.session_id.0),
                caller.map(|caller| caller.user_id.0),
                &roles,
            )
        };
        let rows = app.database.fetch_all(statement).await?;
        let first = rows.first().ok_or_else(|| Problem::Internal("there is no deployment".to_owned()))?;
        if !first.session_live {
            return Err(Problem::Unauthenticated);
        }
        if !first.allowed {
            return Ok(Err(NotAllowed));
        }
        let deployment = first.deployment_id;
        let copied = first.keyring_digest.clone().zip(first.keyring_copied_at);
        let key = |row: KeyRow| {
            let purpose = Purpose::named(&row.purpose?)?;
            let (id, blob, kms_key) = (KeyringId(row.id?), row.wrapped?, row.kms_key?);
            Some(KeyringRow { wrapped: WrappedKey { id, purpose, blob, kms_key }, state: row.state? })
        };
        let rows = rows.into_iter().map(|row| KeyRow {
            id: row.id,
            purpose: row.purpose,
            state: row.state,
            wrapped: row.wrapped,
            kms_key: row.kms_key,
        });
        Ok(Ok(Self { deployment, copied, keys: rows.filter_map(key).collect() }))
    }

    /// Tells whether a copy is one of what is there now, made with this recovery key.
    #[must_use]
    pub fn digest(&self, recovery: Option<&str>) -> Vec<u8> {
        let keys = self.keys.iter().filter(|key| key.is_used()).map(|key| {
            json!([
                key.wrapped.id,
                key.wrapped.purpose.name(),
                key.state,
                key.wrapped.kms_key,
                key.wrapped.blob
            ])
        });
        let text = json!([self.deployment, recovery, keys.collect::<Vec<_>>()]).to_string();
        Sha256::digest(text).to_vec()
    }

    /// A copy of it.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when KMS gives or wraps no key now.
    pub async fn copy(&self, app: &App, kms_keys: &KmsKeys) -> Result<KeyBackup, Problem> {
        let mut keys = Vec::with_capacity(self.keys.len());
        let mut voucher = None;
        for KeyringRow { wrapped, state } in self.keys.iter().filter(|key| key.is_used()) {
            let is_active = state == "active";
            let is_voucher = is_active && wrapped.purpose == Purpose::Content;
            let mut recovery = None;
            if is_voucher || kms_keys.recovery.is_some() {
                let key = app.key_cache.key(wrapped).await?;
                if let Some(kms_key) = &kms_keys.recovery {
                    let again = app.kms.wrap(&key, wrapped.purpose, wrapped.id, kms_key).await;
                    recovery = Some(again.map_err(|failure| not_wrapped(&failure))?);
                }
                if is_voucher {
                    voucher = Some((wrapped.id, key));
                }
            }
            keys.push(BackedUpKey { wrapped: wrapped.clone(), recovery, is_active });
        }
        let (id, key) =
            voucher.ok_or_else(|| Problem::unavailable("no active content key: is the keyring lost?"))?;
        Ok(KeyBackup::new(self.deployment, app.clock.now(), &keys, (id, &key)))
    }
}

impl KeyringRow {
    /// Whether anything may be sealed under it.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.state != "retired"
    }
}

struct KeyRow {
    id: Option<Uuid>,
    purpose: Option<String>,
    state: Option<String>,
    wrapped: Option<Vec<u8>>,
    kms_key: Option<String>,
}

fn not_wrapped(failure: &KmsFailure) -> Problem {
    tracing::error!(event = "crypt_recovery_key", %failure, "the recovery key wraps nothing");
    Problem::Unavailable("the recovery key wraps nothing".to_owned())
}
