//! The key service as one role sees it.

use std::sync::Arc;

use shared::crypto::{BoxFuture, Key, Kms, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;

use super::FakeKms;

/// A key service that lets its caller use the keys of some purposes, as its policies do, and answers about others as KMS does
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html>).
pub struct KmsOfRole {
    keys: Arc<FakeKms>,
    purposes: Vec<Purpose>,
}

impl KmsOfRole {
    /// For a role that has the keys of these purposes.
    #[must_use]
    pub fn new(keys: &Arc<FakeKms>, purposes: &[Purpose]) -> Arc<Self> {
        Arc::new(Self { keys: Arc::clone(keys), purposes: purposes.to_vec() })
    }

    fn allows(&self, purpose: Purpose) -> Result<(), KmsFailure> {
        let allowed = self.purposes.contains(&purpose);
        if allowed { Ok(()) } else { Err(KmsFailure::Refused("AccessDeniedException".to_owned())) }
    }
}

impl Kms for KmsOfRole {
    fn generate(
        &self,
        purpose: Purpose,
        id: KeyringId,
    ) -> BoxFuture<'_, Result<(Key, WrappedKey), KmsFailure>> {
        Box::pin(async move {
            self.allows(purpose)?;
            self.keys.generate(purpose, id).await
        })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a WrappedKey) -> BoxFuture<'a, Result<Key, KmsFailure>> {
        Box::pin(async move {
            self.allows(wrapped.purpose)?;
            self.keys.unwrap(wrapped).await
        })
    }

    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedKey,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move {
            self.allows(wrapped.purpose)?;
            self.keys.rewrap(wrapped, kms_key).await
        })
    }

    fn wrap<'a>(
        &'a self,
        key: &'a Key,
        purpose: Purpose,
        id: KeyringId,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move {
            self.allows(purpose)?;
            self.keys.wrap(key, purpose, id, kms_key).await
        })
    }
}
