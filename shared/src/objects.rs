//! Objects: files in a bucket, which clients fetch by links that live for minutes.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

use crate::app::{Misconfigured, optional, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Longer than any answer takes that is not a file; a file that stalls is given up by the SDK itself.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 3;

/// Why the bucket did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bucket: {0}")]
pub struct ObjectFailure(pub String);

/// How an object is served: always as something to save, never as something to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attachment {
    /// Such as `application/zip`.
    pub content_type: &'static str,
    /// The name that a browser saves it under: letters, digits, `-` and `.`.
    pub file_name: &'static str,
}

/// What came of fetching an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The file has it: so many bytes.
    Whole(u64),
    /// It has more bytes than were asked for.
    TooLarge,
    /// There is none.
    Missing,
}

/// Where files are kept for clients to fetch. Keys are made of ids, never of what somebody wrote.
pub trait Objects: Send + Sync {
    /// Stores a file under a key.
    fn put<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        attachment: Attachment,
    ) -> BoxFuture<'a, Result<(), ObjectFailure>>;

    /// Copies an object into a file, as long as it has at most `most` bytes; of one that has more, the file's content is nothing to
    /// go by.
    fn fetch<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        most: u64,
    ) -> BoxFuture<'a, Result<Fetched, ObjectFailure>>;

    /// Deletes every object whose key begins with `prefix`. None is no error.
    fn delete_all<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<(), ObjectFailure>>;

    /// A link to an object for whoever holds it, from `now` on for this long.
    fn link<'a>(
        &'a self,
        key: &'a str,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, ObjectFailure>>;
}

/// A bucket in S3.
pub struct AwsObjects {
    access: AwsAccess,
    bucket: String,
    /// The KMS key that objects are stored under; without one, as the bucket says.
    kms_key: Option<String>,
    client: OnceLock<Client>,
}

impl AwsObjects {
    /// The bucket whose name is in this environment variable, with the KMS key in `BUCKET_KEY_ID`, which only who stores
    /// something needs. Connects at the first call.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment(bucket: &'static str) -> Result<Self, Misconfigured> {
        let access = AwsAccess::from_environment()?;
        Ok(Self::new(access, required(bucket)?, optional("BUCKET_KEY_ID")))
    }

    /// The bucket of this name, and the KMS key that objects are stored under.
    #[must_use]
    pub fn new(access: AwsAccess, bucket: String, kms_key: Option<String>) -> Self {
        Self { access, bucket, kms_key, client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts =
                TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
            let mut config = aws_sdk_s3::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
                // A bucket of the local stack has no host name of its own.
                .force_path_style(self.access.endpoint_url.is_some())
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            config.set_use_dual_stack(self.access.dual_stack());
            Client::from_conf(config.build())
        })
    }
}

impl Objects for AwsObjects {
    fn put<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        attachment: Attachment,
    ) -> BoxFuture<'a, Result<(), ObjectFailure>> {
        Box::pin(async move {
            let body = ByteStream::from_path(file).await.map_err(failed)?;
            let mut put = self
                .client()
                .put_object()
                .bucket(&self.bucket)
                .key(key)
                .content_type(attachment.content_type)
                .content_disposition(format!("attachment; filename=\"{}\"", attachment.file_name))
                .cache_control("no-store")
                .body(body);
            if let Some(kms_key) = &self.kms_key {
                put = put
                    .server_side_encryption(ServerSideEncryption::AwsKms)
                    .ssekms_key_id(kms_key)
                    .bucket_key_enabled(true);
            }
            put.send().await.map(drop).map_err(failed)
        })
    }

    fn fetch<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        most: u64,
    ) -> BoxFuture<'a, Result<Fetched, ObjectFailure>> {
        Box::pin(async move {
            let object = match self.client().get_object().bucket(&self.bucket).key(key).send().await {
                Ok(object) => object,
                Err(failure) if failure.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                    return Ok(Fetched::Missing);
                }
                Err(failure) => return Err(failed(failure)),
            };
            let mut body = object.body;
            let mut file = tokio::fs::File::create(file).await.map_err(failed_here)?;
            let mut size: u64 = 0;
            while let Some(part) = body.next().await {
                let part = part.map_err(failed)?;
                size = size.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
                if size > most {
                    return Ok(Fetched::TooLarge);
                }
                file.write_all(&part).await.map_err(failed_here)?;
            }
            file.flush().await.map_err(failed_here)?;
            Ok(Fetched::Whole(size))
        })
    }

    fn delete_all<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<(), ObjectFailure>> {
        Box::pin(async move {
            // What was listed is deleted, so that the next list begins with what is left.
            loop {
                let list = self.client().list_objects_v2().bucket(&self.bucket).prefix(prefix);
                let listed = list.send().await.map_err(failed)?;
                let keys: Vec<&str> = listed.contents().iter().filter_map(|object| object.key()).collect();
                if keys.is_empty() {
                    return Ok(());
                }
                for key in keys {
                    self.client()
                        .delete_object()
                        .bucket(&self.bucket)
                        .key(key)
                        .send()
                        .await
                        .map_err(failed)?;
                }
            }
        })
    }

    fn link<'a>(
        &'a self,
        key: &'a str,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, ObjectFailure>> {
        Box::pin(async move {
            let presigning = PresigningConfig::builder()
                .start_time(now.into())
                .expires_in(lifetime)
                .build()
                .map_err(failed)?;
            let signed = self.client().get_object().bucket(&self.bucket).key(key).presigned(presigning).await;
            Ok(signed.map_err(failed)?.uri().to_owned())
        })
    }
}

fn failed(failure: impl std::error::Error) -> ObjectFailure {
    ObjectFailure(DisplayErrorContext(failure).to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn failed_here(failure: std::io::Error) -> ObjectFailure {
    ObjectFailure(format!("a file of our own: {failure}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;
    use time::macros::datetime;

    use super::{AwsObjects, Objects};
    use crate::aws::AwsAccess;

    #[tokio::test]
    async fn a_link_is_for_one_object_and_a_few_minutes() {
        let credentials = Credentials::new("key", "secret", Some("session".to_owned()), None, "test");
        let access = AwsAccess { region: "eu-central-1".to_owned(), credentials, endpoint_url: None };
        let objects = AwsObjects::new(access, "exports".to_owned(), None);
        let now = datetime!(2026-11-22 23:59:59 UTC);
        let link = objects.link("user/run.zip", now, Duration::from_mins(5)).await.unwrap();
        assert!(link.starts_with("https://exports.s3.eu-central-1.amazonaws.com/user/run.zip?"), "{link}");
        for part in ["X-Amz-Expires=300", "X-Amz-Date=20261122T235959Z", "X-Amz-Security-Token=session"] {
            assert!(link.contains(part), "{link}");
        }
        assert!(!link.contains("secret"), "{link}");
    }
}
