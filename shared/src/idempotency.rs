//! Requests that are done once, however often they are sent: the header `Idempotency-Key`
//! (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header>).
//!
//! The answer is written out before the statement runs and kept by that very statement, sealed: either the change and its
//! answer are there, or neither is (docs/decisions/0015).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::crypto::{Context, Purpose};
use crate::http::{Call, Problem, Reply};
use crate::keys::KeyringKey;

/// A request to be done once.
pub struct Once(Option<Keyed>);

struct Keyed {
    /// What the database knows the key by.
    key: [u8; 32],
    /// SHA-256 of what was asked, base64.
    asked: String,
    keyring: KeyringKey,
}

/// What is kept: what was asked and answered.
#[derive(Serialize, Deserialize)]
struct Kept {
    asked: String,
    status: u16,
    body: String,
}

/// The columns of `idempotency` that an earlier request left, both or neither.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// `keyring_id`
    pub keyring_id: Option<Uuid>,
    /// `sealed`
    pub sealed: Option<Vec<u8>>,
}

impl Once {
    /// What the database knows the key by; `None` when the request came without.
    #[must_use]
    pub fn key(&self) -> Option<&[u8]> {
        self.0.as_ref().map(|keyed| keyed.key.as_slice())
    }

    /// The content K1 that the answer is sealed under.
    #[must_use]
    pub fn keyring_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|keyed| keyed.keyring.id.0)
    }
}

impl App {
    /// Reads the call's key, if it has one. `owner` says whose key it is, `asked` what was asked, always written the same
    /// way and without any password: what is kept must not become another way to guess it.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] for a key of another form, [`Problem::Unavailable`] when the content key is not to be
    /// had now.
    pub async fn once(
        &self,
        call: &Call,
        operation: &'static str,
        owner: &[u8],
        asked: &(impl Serialize + Sync),
    ) -> Result<Once, Problem> {
        let Some(key) = call.idempotency_key()? else { return Ok(Once(None)) };
        let asked = serde_json::to_vec(asked).map_err(|failure| Problem::Internal(failure.to_string()))?;
        let length = |part: &[u8]| u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes();
        let mut hash = Sha256::new();
        for part in [operation.as_bytes(), owner, key.as_bytes()] {
            hash.update(length(part));
            hash.update(part);
        }
        Ok(Once(Some(Keyed {
            key: hash.finalize().into(),
            asked: STANDARD.encode(Sha256::digest(asked)),
            keyring: self.active_key(Purpose::Content).await?,
        })))
    }

    /// The answer as it is kept; `None` without a key.
    ///
    /// # Errors
    /// [`Problem::Internal`] when there are no random bytes.
    pub fn keep(&self, once: &Once, reply: &Reply) -> Result<Option<Vec<u8>>, Problem> {
        let Some(keyed) = &once.0 else { return Ok(None) };
        let kept = Kept { asked: keyed.asked.clone(), status: reply.status(), body: reply.body().to_owned() };
        let kept = serde_json::to_vec(&kept).map_err(|failure| Problem::Internal(failure.to_string()))?;
        let context = Context::KeptAnswer { key: &keyed.key, keyring: keyed.keyring.id };
        Ok(Some(self.seal_under(&keyed.keyring, &context, &kept)?))
    }

    /// The answer that an earlier request with this key got, if there was one.
    ///
    /// # Errors
    /// [`Problem::IdempotencyKeyReused`] when it asked something else, [`Problem::Unavailable`] when its key is not to be
    /// had now, [`Problem::Internal`] when it does not open.
    pub async fn replay(&self, once: &Once, earlier: Earlier) -> Result<Option<Reply>, Problem> {
        let Some(kept) = self.kept(once, earlier).await? else { return Ok(None) };
        Reply::replayed(kept.status, kept.body).map(Some)
    }

    /// The same where only the statement could know the body, and kept it itself.
    ///
    /// # Errors
    /// As [`App::replay`].
    pub async fn replay_with(
        &self,
        once: &Once,
        earlier: Earlier,
        body: impl FnOnce() -> Result<Reply, Problem>,
    ) -> Result<Option<Reply>, Problem> {
        let Some(kept) = self.kept(once, earlier).await? else { return Ok(None) };
        Reply::replayed(kept.status, body()?.body().to_owned()).map(Some)
    }

    async fn kept(&self, once: &Once, earlier: Earlier) -> Result<Option<Kept>, Problem> {
        let (Some(keyed), Some(keyring), Some(sealed)) = (&once.0, earlier.keyring_id, earlier.sealed) else {
            return Ok(None);
        };
        let internal = |reason: &str| Problem::Internal(format!("a kept answer does not open: {reason}"));
        let key = self
            .keyring_key(keyring.into(), &[Purpose::Content])
            .await?
            .ok_or_else(|| internal("its key is missing"))?;
        let context = Context::KeptAnswer { key: &keyed.key, keyring: keyring.into() };
        let key = KeyringKey { id: keyring.into(), key };
        let kept =
            self.open_under(&key, &context, &sealed).map_err(|reason| internal(&reason.to_string()))?;
        let kept: Kept = serde_json::from_slice(&kept).map_err(|failure| internal(&failure.to_string()))?;
        if kept.asked == keyed.asked { Ok(Some(kept)) } else { Err(Problem::IdempotencyKeyReused) }
    }
}
