//! Buckets that take objects and never let go of them (S3 Object Lock), as the handlers see them: for the audit log's
//! checkpoints, the ledger of shreds and the copies of the keyring.

mod aws;

pub use aws::AwsLockedBucket;

use crate::crypto::BoxFuture;
use crate::http::Problem;

/// Why the bucket did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LockedBucketFailure(pub String);

impl From<LockedBucketFailure> for Problem {
    fn from(failure: LockedBucketFailure) -> Self {
        Self::Unavailable(failure.0)
    }
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

/// A locked bucket.
pub trait LockedBucket: Send + Sync {
    /// Stores an object, or one more version of it.
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), LockedBucketFailure>>;

    /// The first `limit` versions of objects whose names begin with `prefix` and come after `after`, in the order of names.
    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, LockedBucketFailure>>;

    /// The first `limit` parts that names begin with, each up to and without its first `/`.
    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, LockedBucketFailure>>;

    /// What one version holds.
    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, LockedBucketFailure>>;
}
