//! The key service that holds K0, as the rest of the crate sees it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::key::Key;
use crate::id::KeyringId;

/// A boxed future: what a trait object's asynchronous method returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a keyring key is for; each purpose has its own KMS key, so that a function can be given one and not the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Conversations, messages, personal data.
    Content,
    /// Password hashes.
    Credentials,
    /// What is known of uploads: the workers that open files of strangers have no right to any other (docs/decisions/0065).
    Media,
}

impl Purpose {
    /// Every purpose there is.
    pub const ALL: [Self; 3] = [Self::Content, Self::Credentials, Self::Media];

    /// The purpose of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// The name in `keys.keyring` and in the KMS encryption context.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Credentials => "credentials",
            Self::Media => "media",
        }
    }
}

/// A keyring key K1 as it is stored: readable by KMS only.
#[derive(Clone)]
pub struct WrappedKey {
    /// Its row in `keys.keyring`.
    pub id: KeyringId,
    /// What it is for.
    pub purpose: Purpose,
    /// KMS's `CiphertextBlob`.
    pub blob: Vec<u8>,
    /// The ARN of the KMS key it is wrapped under.
    pub kms_key: String,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappedKey")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// Why KMS gave no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KmsFailure {
    /// It said no: denied, disabled, pending deletion, not found, wrong context. Trying again does not help.
    #[error("refused: {0}")]
    Refused(String),
    /// It did not answer in time or had no capacity. Trying again may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
}

/// Makes and unwraps keyring keys. The encryption context of every call is
/// `{"talkify-purpose": purpose, "talkify-keyring": id}`.
pub trait Kms: Send + Sync {
    /// A new 32-byte key and its wrapped form (`GenerateDataKey`).
    fn generate(
        &self,
        purpose: Purpose,
        id: KeyringId,
    ) -> BoxFuture<'_, Result<(Key, WrappedKey), KmsFailure>>;

    /// The key inside its wrapped form (`Decrypt`).
    fn unwrap<'a>(&'a self, wrapped: &'a WrappedKey) -> BoxFuture<'a, Result<Key, KmsFailure>>;

    /// The same key, wrapped under another KMS key (`ReEncrypt`): its bytes never leave KMS.
    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedKey,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>>;

    /// The key, wrapped under a KMS key that may be in another Region (`Encrypt`): [`Self::rewrap`] cannot leave its own.
    fn wrap<'a>(
        &'a self,
        key: &'a Key,
        purpose: Purpose,
        id: KeyringId,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>>;
}
