//! K0 in AWS KMS.

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, Region};
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use zeroize::Zeroize;

use super::key::Key;
use super::kms::{BoxFuture, Kms, KmsFailure, Purpose, WrappedKey};
use crate::aws::{AwsAccess, http_client};
use crate::id::KeyringId;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
const OPERATION_TIMEOUT: Duration = Duration::from_millis(3_500);
const ATTEMPTS: u32 = 3;

/// Where KMS is and as whom to call it.
#[derive(Clone)]
pub struct AwsKms {
    access: AwsAccess,
    key_ids: [(Purpose, Option<String>); Purpose::ALL.len()],
    client: OnceLock<Client>,
    /// That of the one other Region which a deployment may have a key in.
    client_elsewhere: OnceLock<(String, Client)>,
}

impl AwsKms {
    /// Remembers how to reach KMS; connects at the first call. The key ids (ARNs) of the purposes are needed by
    /// [`Kms::generate`] only: a wrapped key says which is its own.
    #[must_use]
    pub fn new(access: AwsAccess, key_id: impl Fn(Purpose) -> Option<String>) -> Self {
        let (client, client_elsewhere) = (OnceLock::new(), OnceLock::new());
        let key_ids = Purpose::ALL.map(|purpose| (purpose, key_id(purpose)));
        Self { access, key_ids, client, client_elsewhere }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| self.connect(&self.access.region))
    }

    /// The client of the Region that a key's ARN names.
    fn client_of(&self, kms_key: &str) -> Client {
        match region_of(kms_key) {
            Some(region) if region != self.access.region => {
                let (known, client) =
                    self.client_elsewhere.get_or_init(|| (region.to_owned(), self.connect(region)));
                if known == region { client.clone() } else { self.connect(region) }
            }
            _ => self.client().clone(),
        }
    }

    fn connect(&self, region: &str) -> Client {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let mut config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .credentials_provider(self.access.credentials.clone())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .http_client(http_client());
        config.set_endpoint_url(self.access.endpoint_url.clone());
        config.set_use_dual_stack(self.access.dual_stack());
        Client::from_conf(config.build())
    }

    fn key_id(&self, purpose: Purpose) -> Option<&str> {
        self.key_ids.iter().find(|(of, _)| *of == purpose)?.1.as_deref()
    }
}

impl Kms for AwsKms {
    fn generate(
        &self,
        purpose: Purpose,
        id: KeyringId,
    ) -> BoxFuture<'_, Result<(Key, WrappedKey), KmsFailure>> {
        Box::pin(async move {
            let key_id = self.key_id(purpose).ok_or_else(|| {
                KmsFailure::Refused(format!("no KMS key is configured for {}", purpose.name()))
            })?;
            let answer = self
                .client()
                .generate_data_key()
                .key_id(key_id)
                .key_spec(DataKeySpec::Aes256)
                .encryption_context("talkify-purpose", purpose.name())
                .encryption_context("talkify-keyring", id.to_string())
                .send()
                .await
                .map_err(|failure| classify(&failure))?;
            let key = key_from(answer.plaintext)?;
            let blob = answer.ciphertext_blob.map(Blob::into_inner).unwrap_or_default();
            let kms_key = answer.key_id.unwrap_or_else(|| key_id.to_owned());
            Ok((key, WrappedKey { id, purpose, blob, kms_key }))
        })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a WrappedKey) -> BoxFuture<'a, Result<Key, KmsFailure>> {
        Box::pin(async move {
            let answer = self
                .client_of(&wrapped.kms_key)
                .decrypt()
                .key_id(&wrapped.kms_key)
                .ciphertext_blob(Blob::new(wrapped.blob.clone()))
                .encryption_context("talkify-purpose", wrapped.purpose.name())
                .encryption_context("talkify-keyring", wrapped.id.to_string())
                .send()
                .await
                .map_err(|failure| classify(&failure))?;
            key_from(answer.plaintext)
        })
    }

    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedKey,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move {
            let answer = self
                .client()
                .re_encrypt()
                .source_key_id(&wrapped.kms_key)
                .destination_key_id(kms_key)
                .ciphertext_blob(Blob::new(wrapped.blob.clone()))
                .source_encryption_context("talkify-purpose", wrapped.purpose.name())
                .source_encryption_context("talkify-keyring", wrapped.id.to_string())
                .destination_encryption_context("talkify-purpose", wrapped.purpose.name())
                .destination_encryption_context("talkify-keyring", wrapped.id.to_string())
                .send()
                .await
                .map_err(|failure| classify(&failure))?;
            let blob = answer.ciphertext_blob.map(Blob::into_inner).unwrap_or_default();
            if blob.is_empty() {
                return Err(KmsFailure::Refused("the ciphertext is empty".to_owned()));
            }
            let kms_key = answer.key_id.unwrap_or_else(|| kms_key.to_owned());
            Ok(WrappedKey { id: wrapped.id, purpose: wrapped.purpose, blob, kms_key })
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
            let answer = self
                .client_of(kms_key)
                .encrypt()
                .key_id(kms_key)
                .plaintext(Blob::new(key.expose()))
                .encryption_context("talkify-purpose", purpose.name())
                .encryption_context("talkify-keyring", id.to_string())
                .send()
                .await
                .map_err(|failure| classify(&failure))?;
            let blob = answer.ciphertext_blob.map(Blob::into_inner).unwrap_or_default();
            if blob.is_empty() {
                return Err(KmsFailure::Refused("the ciphertext is empty".to_owned()));
            }
            let kms_key = answer.key_id.unwrap_or_else(|| kms_key.to_owned());
            Ok(WrappedKey { id, purpose, blob, kms_key })
        })
    }
}

/// The Region in the ARN of a key: `arn:aws:kms:REGION:ACCOUNT:key/ID`.
fn region_of(kms_key: &str) -> Option<&str> {
    let mut parts = kms_key.split(':');
    (parts.next() == Some("arn")).then(|| parts.nth(2))?.filter(|region| !region.is_empty())
}

fn key_from(plaintext: Option<Blob>) -> Result<Key, KmsFailure> {
    let mut bytes = plaintext.map(Blob::into_inner).unwrap_or_default();
    let key = Key::from_slice(&bytes);
    bytes.zeroize();
    key.ok_or_else(|| KmsFailure::Refused("the plaintext is not 32 bytes".to_owned()))
}

/// Tells a no from a not-now. Whatever KMS answered with a 4xx that is not a throttle is a no
/// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors>).
fn classify<E: ProvideErrorMetadata>(failure: &SdkError<E>) -> KmsFailure {
    let code = failure.code().unwrap_or_default();
    let status = failure.raw_response().map_or(0, |response| response.status().as_u16());
    let passing = [
        "ThrottlingException",
        "LimitExceededException",
        "DependencyTimeoutException",
        "KeyUnavailableException",
    ];
    if (400..500).contains(&status) && !passing.contains(&code) && status != 429 {
        KmsFailure::Refused(code.to_owned())
    } else if code.is_empty() {
        KmsFailure::Unavailable("no answer in time".to_owned())
    } else {
        KmsFailure::Unavailable(code.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::region_of;

    #[test]
    fn a_key_is_reached_where_its_arn_says() {
        let arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-0123";
        assert_eq!(region_of(arn), Some("eu-west-1"));
        for other in ["mrk-0123", "alias/talkify", "arn:aws:kms", "arn:aws:kms::123456789012:key/1"] {
            assert_eq!(region_of(other), None, "{other}");
        }
    }
}
