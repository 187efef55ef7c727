//! KMS signs.

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, Region};
use aws_sdk_kms::error::DisplayErrorContext;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use chain::PublicKey;

use super::{CheckpointFailure, Signer};
use crate::app::{Misconfigured, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
const OPERATION_TIMEOUT: Duration = Duration::from_millis(3_500);
const ATTEMPTS: u32 = 3;

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
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build();
            let mut config = aws_sdk_kms::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            config.set_use_dual_stack(self.access.dual_stack());
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
