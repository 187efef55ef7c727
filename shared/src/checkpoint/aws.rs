//! KMS signs, S3 keeps.

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream};
use aws_sdk_s3::types::ChecksumAlgorithm;
use chain::PublicKey;

use super::{CheckpointFailure, CheckpointStore, Signer, Version};
use crate::app::{Misconfigured, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
const OPERATION_TIMEOUT: Duration = Duration::from_millis(3_500);
const ATTEMPTS: u32 = 3;
/// Bytes of a checkpoint at the most; it has some 400.
const CHECKPOINT_BYTES: i64 = 4_096;

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

fn failed(what: &str, failure: impl std::error::Error) -> CheckpointFailure {
    CheckpointFailure(format!("{what}: {}", DisplayErrorContext(failure)))
}

/// A key in KMS.
pub struct AwsSigner {
    access: AwsAccess,
    key_id: String,
    client: OnceLock<aws_sdk_kms::Client>,
    /// A key never changes its public half.
    public_key: OnceLock<PublicKey>,
}

impl AwsSigner {
    /// The key whose ARN is in this environment variable. Connects at the first call.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment(key_id: &'static str) -> Result<Self, Misconfigured> {
        let (access, key_id) = (AwsAccess::from_environment()?, required(key_id)?);
        Ok(Self { access, key_id, client: OnceLock::new(), public_key: OnceLock::new() })
    }

    fn client(&self) -> &aws_sdk_kms::Client {
        self.client.get_or_init(|| {
            let mut config = aws_sdk_kms::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts())
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            aws_sdk_kms::Client::from_conf(config.build())
        })
    }
}

impl Signer for AwsSigner {
    fn sign(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CheckpointFailure>> {
        Box::pin(async move {
            let signed = self
                .client()
                .sign()
                .key_id(&self.key_id)
                .message_type(MessageType::Raw)
                .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
                .message(Blob::new(bytes))
                .send()
                .await
                .map_err(|failure| failed("KMS signed nothing", failure))?;
            let signature = signed.signature.map(Blob::into_inner);
            signature.ok_or_else(|| CheckpointFailure("KMS answered no signature".to_owned()))
        })
    }

    fn public_key(&self) -> BoxFuture<'_, Result<PublicKey, CheckpointFailure>> {
        Box::pin(async move {
            if let Some(known) = self.public_key.get() {
                return Ok(*known);
            }
            let answer = self.client().get_public_key().key_id(&self.key_id).send().await;
            let answer = answer.map_err(|failure| failed("KMS gave no public key", failure))?;
            let der = answer.public_key.map(Blob::into_inner).unwrap_or_default();
            let key =
                PublicKey::from_der(&der).map_err(|failure| failed("the key of the checkpoints", failure))?;
            Ok(*self.public_key.get_or_init(|| key))
        })
    }
}

/// A bucket in S3 with Object Lock.
pub struct AwsCheckpoints {
    access: AwsAccess,
    bucket: String,
    client: OnceLock<aws_sdk_s3::Client>,
}

impl AwsCheckpoints {
    /// The bucket whose name is in this environment variable. Connects at the first call.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment(bucket: &'static str) -> Result<Self, Misconfigured> {
        let (access, bucket) = (AwsAccess::from_environment()?, required(bucket)?);
        Ok(Self { access, bucket, client: OnceLock::new() })
    }

    fn client(&self) -> &aws_sdk_s3::Client {
        self.client.get_or_init(|| {
            let mut config = aws_sdk_s3::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts())
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                // A bucket is no host name on the local stack.
                .force_path_style(self.access.endpoint_url.is_some())
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }
}

impl CheckpointStore for AwsCheckpoints {
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), CheckpointFailure>> {
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
            put.map(drop).map_err(|failure| failed("S3 took no checkpoint", failure))
        })
    }

    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, CheckpointFailure>> {
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
                .map_err(|failure| failed("S3 listed no checkpoints", failure))?;
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

    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, CheckpointFailure>> {
        Box::pin(async move {
            let listed = self
                .client()
                .list_object_versions()
                .bucket(&self.bucket)
                .delimiter("/")
                .max_keys(limit)
                .send()
                .await
                .map_err(|failure| failed("S3 listed no checkpoints", failure))?;
            let prefixes = listed.common_prefixes.unwrap_or_default().into_iter();
            let names = prefixes.filter_map(|prefix| Some(prefix.prefix?.strip_suffix('/')?.to_owned()));
            Ok(names.collect())
        })
    }

    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, CheckpointFailure>> {
        Box::pin(async move {
            let unread = |failure: &dyn std::fmt::Display| {
                CheckpointFailure(format!("S3 gave no checkpoint: {failure}"))
            };
            let request = self.client().get_object().bucket(&self.bucket).key(&version.name);
            let answer = request.version_id(&version.id).send().await;
            let answer = answer.map_err(|failure| failed("S3 gave no checkpoint", failure))?;
            if answer.content_length.is_none_or(|length| length > CHECKPOINT_BYTES) {
                // Whatever it is, it is none of ours.
                return Ok(Vec::new());
            }
            let content = tokio::time::timeout(ATTEMPT_TIMEOUT, answer.body.collect()).await;
            let content = content.map_err(|late| unread(&late))?;
            content.map(AggregatedBytes::to_vec).map_err(|failure| unread(&failure))
        })
    }
}
