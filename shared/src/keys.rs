//! The keyring: which K1 is active, and K1s by id, from the cache or from Postgres and KMS.

use serde_json::json;
use zeroize::Zeroizing;

use crate::app::{App, Misconfigured, optional, required};
use crate::audit::{Entry, Event};
use crate::crypto::{
    Context, EpochKey, Key, KeyUnavailable, KmsFailure, OpenFailure, Purpose, SealedEpochKey, WrappedKey,
    open, seal,
};
use crate::database::Database;
use crate::http::Problem;
use crate::id::{ConversationId, Epoch, KeyringId};
use crate::random::RandomFailure;
use crate::usage::Use;

/// A keyring key with its id, which what is sealed under it must name.
#[derive(Debug, Clone)]
pub struct KeyringKey {
    /// Its row in `keys.keyring`.
    pub id: KeyringId,
    /// The key.
    pub key: Key,
}

/// The KMS keys (ARNs) that a function wraps keyring keys under. Whoever only unwraps needs none: a wrapped key says which is its own.
#[derive(Debug, Clone)]
pub struct KmsKeys {
    /// Of [`Purpose::Content`].
    pub content: String,
    /// Of [`Purpose::Credentials`].
    pub credentials: String,
    /// Of [`Purpose::Media`].
    pub media: String,
    /// The one in another Region, under which copies of the keyring are wrapped once more.
    pub recovery: Option<String>,
}

impl KmsKeys {
    /// What [`kms_key_setting`] names for each purpose, and `RECOVERY_KEY_ID`.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        let of = |purpose| required(kms_key_setting(purpose));
        Ok(Self {
            content: of(Purpose::Content)?,
            credentials: of(Purpose::Credentials)?,
            media: of(Purpose::Media)?,
            recovery: optional("RECOVERY_KEY_ID"),
        })
    }

    /// The key of a purpose.
    #[must_use]
    pub fn of(&self, purpose: Purpose) -> &str {
        match purpose {
            Purpose::Content => &self.content,
            Purpose::Credentials => &self.credentials,
            Purpose::Media => &self.media,
        }
    }
}

/// The environment variable that names the KMS key of a purpose.
#[must_use]
pub fn kms_key_setting(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Content => "CONTENT_KEY_ID",
        Purpose::Credentials => "CREDENTIALS_KEY_ID",
        Purpose::Media => "MEDIA_KEY_ID",
    }
}

impl App {
    /// The K1 to seal new things of this purpose under.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when there is none to be had now.
    pub async fn active_key(&self, purpose: Purpose) -> Result<KeyringKey, Problem> {
        let known = self.active_keys.get(purpose, &*self.clock);
        if let Some(id) = known
            && let Some(key) = self.key_cache.fresh(purpose, id)
        {
            return Ok(KeyringKey { id, key });
        }
        let wrapped = active_wrapped(&self.database, purpose).await?;
        let key = self.unwrapped(&wrapped).await?;
        self.active_keys.set(purpose, wrapped.id, &*self.clock);
        Ok(KeyringKey { id: wrapped.id, key })
    }

    /// The K1 with this id, to open what was sealed under it; `None` when there is no such row (any more), or when it is for something
    /// else: a function that has the keys of one purpose must not make others use them for another.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when KMS or Postgres does not give it now.
    pub async fn keyring_key(&self, id: KeyringId, purposes: &[Purpose]) -> Result<Option<Key>, Problem> {
        if let Some(key) = purposes.iter().find_map(|purpose| self.key_cache.fresh(*purpose, id)) {
            return Ok(Some(key));
        }
        match wrapped_by_id(&self.database, id).await? {
            Some(wrapped) if purposes.contains(&wrapped.purpose) => Ok(Some(self.unwrapped(&wrapped).await?)),
            _ => Ok(None),
        }
    }

    /// A K1 from the cache or from KMS. That KMS refuses it is a security event: somebody has disabled or taken away the key.
    async fn unwrapped(&self, wrapped: &WrappedKey) -> Result<Key, Problem> {
        let outcome = self.key_cache.key(wrapped).await;
        if let Err(KeyUnavailable { id, failure: KmsFailure::Refused(reason) }) = &outcome {
            let entry = Entry::about(Event::KeyRefused, "keyring_key", id.0);
            self.record(vec![entry.with(json!({"reason": reason}))]).await;
        }
        Ok(outcome?)
    }

    /// Seals something directly under a K1, and counts it.
    ///
    /// # Errors
    /// [`RandomFailure`] when there is no salt to be had.
    pub fn seal_under(
        &self,
        key: &KeyringKey,
        context: &Context<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, RandomFailure> {
        self.key_usage.count(key.id, Use::Seal, self.clock.now());
        seal(&*self.random, &key.key, context, plaintext)
    }

    /// Opens what was sealed directly under a K1, and counts it.
    ///
    /// # Errors
    /// The class of the failure.
    pub fn open_under(
        &self,
        key: &KeyringKey,
        context: &Context<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenFailure> {
        let opened = open(&key.key, context, sealed);
        let used = if opened.is_ok() { Use::Open } else { Use::Failure };
        self.key_usage.count(key.id, used, self.clock.now());
        opened
    }

    /// Seals a fresh epoch key K2 of a conversation under the active K1.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no K1 is to be had now.
    pub async fn new_epoch_key(
        &self,
        conversation: ConversationId,
        epoch: Epoch,
    ) -> Result<(EpochKey, SealedEpochKey), Problem> {
        let KeyringKey { id: keyring, key: k1 } = self.active_key(Purpose::Content).await?;
        let key = Key::generate(&*self.random)?;
        let context = Context::ConversationKey { conversation, epoch, keyring };
        let sealed = self.seal_under(&KeyringKey { id: keyring, key: k1 }, &context, key.expose())?;
        Ok((EpochKey { conversation, epoch, key }, SealedEpochKey { epoch, keyring, sealed }))
    }

    /// Opens a conversation's epoch key.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when its K1 is not to be had now. A key that is there but does not open is the inner
    /// error: it spoils what was sealed under it, not the request.
    pub async fn open_epoch_key(
        &self,
        conversation: ConversationId,
        sealed: &SealedEpochKey,
    ) -> Result<Result<EpochKey, OpenFailure>, Problem> {
        let Some(k1) = self.keyring_key(sealed.keyring, &[Purpose::Content]).await? else {
            return Ok(Err(OpenFailure::KeyMissing));
        };
        let epoch = sealed.epoch;
        let context = Context::ConversationKey { conversation, epoch, keyring: sealed.keyring };
        let opened = open(&k1, &context, &sealed.sealed);
        let used = if opened.is_ok() { Use::Unwrap } else { Use::Failure };
        self.key_usage.count(sealed.keyring, used, self.clock.now());
        let key = opened.and_then(|bytes| Key::from_slice(&bytes).ok_or(OpenFailure::Format));
        Ok(key.map(|key| EpochKey { conversation, epoch, key }))
    }
}

async fn active_wrapped(database: &Database, purpose: Purpose) -> Result<WrappedKey, Problem> {
    let row = database
        .fetch_all(|| {
            sqlx::query!(
                "SELECT id, wrapped, kms_key FROM keys.keyring WHERE purpose = $1 AND state = 'active'",
                purpose.name()
            )
        })
        .await?
        .pop()
        .ok_or_else(|| Problem::unavailable("no active keyring key: has the migration function run?"))?;
    Ok(WrappedKey { id: row.id.into(), purpose, blob: row.wrapped, kms_key: row.kms_key })
}

async fn wrapped_by_id(database: &Database, id: KeyringId) -> Result<Option<WrappedKey>, Problem> {
    let row = database
        .fetch_all(|| {
            sqlx::query!(
                "SELECT purpose, wrapped, kms_key FROM keys.keyring WHERE id = $1 AND wrapped <> ''",
                id.0
            )
        })
        .await?
        .pop();
    Ok(row.and_then(|row| {
        let purpose = Purpose::named(&row.purpose)?;
        Some(WrappedKey { id, purpose, blob: row.wrapped, kms_key: row.kms_key })
    }))
}
