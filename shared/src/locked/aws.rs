//! The locked bucket in S3.

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream};
use aws_sdk_s3::types::ChecksumAlgorithm;
use aws_sdk_s3::{Client, Config};

use super::{LockedBucket, LockedBucketFailure, Version};
use crate::app::{Misconfigured, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
const OPERATION_TIMEOUT: Duration = Duration::from_millis(3_500);
const ATTEMPTS: u32 = 3;
/// Bytes of an object at the most. A checkpoint has some 400, a backup of keys some 5,000, a batch of shreds up to 300,000.
const OBJECT_BYTES: i64 = 1 << 20;

fn failed(what: &str, failure: impl std::error::Error) -> LockedBucketFailure {
    LockedBucketFailure(format!("{what}: {}", DisplayErrorContext(failure)))
}

/// A bucket in S3 with Object Lock.
pub struct AwsLockedBucket {
    access: AwsAccess,
    bucket: String,
    client: OnceLock<Client>,
}

impl AwsLockedBucket {
    /// The bucket whose name is in this environment variable. Connects at the first call.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment(bucket: &'static str) -> Result<Self, Misconfigured> {
        Ok(Self::new(AwsAccess::from_environment()?, required(bucket)?))
    }

    /// The bucket of this name.
    #[must_use]
    pub fn new(access: AwsAccess, bucket: String) -> Self {
        Self { access, bucket, client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build();
            let mut config = Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                // A bucket is no host name on the local stack.
                .force_path_style(self.access.endpoint_url.is_some())
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            config.set_use_dual_stack(self.access.dual_stack());
            Client::from_conf(config.build())
        })
    }
}

impl LockedBucket for AwsLockedBucket {
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), LockedBucketFailure>> {
        Box::pin(async move {
            let put = self
                .client()
                .put_object()
                .bucket(&self.bucket)
                .key(name)
                .content_type("application/json")
                // A bucket with Object Lock takes nothing without a checksum:
                // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
                .checksum_algorithm(ChecksumAlgorithm::Sha256)
                .body(ByteStream::from(content.into_bytes()))
                .send()
                .await;
            put.map(drop).map_err(|failure| failed("S3 took no object", failure))
        })
    }

    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, LockedBucketFailure>> {
        Box::pin(async move {
            let listed = self
                .client()
                .list_object_versions()
                .bucket(&self.bucket)
                .prefix(prefix)
                .set_key_marker(Some(after.to_owned()).filter(|after| !after.is_empty()))
                .max_keys(limit)
                .send()
                .await
                .map_err(|failure| failed("S3 listed no objects", failure))?;
            let stored = listed.versions.unwrap_or_default().into_iter().filter_map(|version| {
                Some(Version { name: version.key?, id: version.version_id?, is_deletion: false })
            });
            let deleted = listed.delete_markers.unwrap_or_default().into_iter().filter_map(|mark| {
                Some(Version { name: mark.key?, id: mark.version_id?, is_deletion: true })
            });
            let mut versions: Vec<Version> = stored.chain(deleted).collect();
            // S3 answers the two kinds apart.
            versions.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(versions)
        })
    }

    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, LockedBucketFailure>> {
        Box::pin(async move {
            let listed = self
                .client()
                .list_object_versions()
                .bucket(&self.bucket)
                .delimiter("/")
                .max_keys(limit)
                .send()
                .await
                .map_err(|failure| failed("S3 listed no objects", failure))?;
            let prefixes = listed.common_prefixes.unwrap_or_default().into_iter();
            let names = prefixes.filter_map(|prefix| Some(prefix.prefix?.strip_suffix('/')?.to_owned()));
            Ok(names.collect())
        })
    }

    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, LockedBucketFailure>> {
        Box::pin(async move {
            let unread = |failure: &dyn std::fmt::Display| {
                LockedBucketFailure(format!("S3 gave no object: {failure}"))
            };
            let request = self.client().get_object().bucket(&self.bucket).key(&version.name);
            let answer = request.version_id(&version.id).send().await;
            let answer = answer.map_err(|failure| failed("S3 gave no object", failure))?;
            if answer.content_length.is_none_or(|length| length > OBJECT_BYTES) {
                // Whatever it is, it is none of ours.
                return Ok(Vec::new());
            }
            let content = tokio::time::timeout(ATTEMPT_TIMEOUT, answer.body.collect()).await;
            let content = content.map_err(|late| unread(&late))?;
            content.map(AggregatedBytes::to_vec).map_err(|failure| unread(&failure))
        })
    }
}
