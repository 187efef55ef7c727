//! Where the audit log's signed checkpoints are made and kept, as the handlers see it: a key that signs, and a bucket that takes
//! objects and never lets go of them.

mod aws;

pub use aws::{AwsCheckpoints, AwsSigner};
use chain::PublicKey;

use crate::crypto::BoxFuture;
use crate::http::Problem;

/// Why there is no signature, or no answer of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckpointFailure(pub String);

impl From<CheckpointFailure> for Problem {
    fn from(failure: CheckpointFailure) -> Self {
        Self::Unavailable(failure.0)
    }
}

/// The key that signs checkpoints: ECDSA over SHA-256 on P-256.
pub trait Signer: Send + Sync {
    /// The signature of these bytes, at most 4,096, in DER.
    fn sign(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CheckpointFailure>>;

    /// The public half of the key.
    fn public_key(&self) -> BoxFuture<'_, Result<PublicKey, CheckpointFailure>>;
}

/// One version of an object, or the mark that its deletion left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The object's name.
    pub name: String,
    /// The version's id.
    pub id: String,
    /// Whether it is but the mark of a deletion, which hides the versions before it.
    pub is_deletion: bool,
}

/// The locked bucket of the checkpoints.
pub trait CheckpointStore: Send + Sync {
    /// Stores an object, or one more version of it.
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), CheckpointFailure>>;

    /// The first `limit` versions of objects whose names begin with `prefix` and come after `after`, in the order of names.
    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, CheckpointFailure>>;

    /// The first `limit` parts that names begin with, each up to and without its first `/`.
    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, CheckpointFailure>>;

    /// What one version holds.
    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, CheckpointFailure>>;
}
