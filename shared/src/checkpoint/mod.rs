//! How the audit log's checkpoints are signed, as the handlers see it. They are kept in a locked bucket.

mod aws;

pub use aws::AwsSigner;
use chain::PublicKey;

use crate::crypto::BoxFuture;
use crate::http::Problem;
use crate::locked::LockedBucketFailure;

/// Why there is no signature, or no answer of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckpointFailure(pub String);

impl From<CheckpointFailure> for Problem {
    fn from(failure: CheckpointFailure) -> Self {
        Self::Unavailable(failure.0)
    }
}

impl From<LockedBucketFailure> for CheckpointFailure {
    fn from(failure: LockedBucketFailure) -> Self {
        Self(failure.0)
    }
}

/// The key that signs checkpoints: ECDSA over SHA-256 on P-256.
pub trait Signer: Send + Sync {
    /// The signature of these bytes, at most 4,096, in DER.
    fn sign(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CheckpointFailure>>;

    /// The public half of the key.
    fn public_key(&self) -> BoxFuture<'_, Result<PublicKey, CheckpointFailure>>;
}
