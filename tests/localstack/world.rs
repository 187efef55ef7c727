//! LocalStack, and clients of it.

use aws_credential_types::Credentials;
use local::for_tests::LocalStack;
use shared::aws::{AwsAccess, http_client};
use shared::crypto::AwsKms;
use tokio::sync::OnceCell;

/// LocalStack; the first caller starts it.
async fn running() -> &'static LocalStack {
    static RUNNING: OnceCell<LocalStack> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(local::for_tests::localstack).await.unwrap();
        started.unwrap_or_else(|failure| panic!("no LocalStack: {failure}"))
    };
    RUNNING.get_or_init(start).await
}

/// How the functions reach it, in its own Region.
pub async fn access() -> AwsAccess {
    let running = running().await;
    // The secret is that of presigned links too.
    let credentials = Credentials::new("test", "test", None, None, "test");
    let endpoint_url = Some(running.endpoint_url.clone());
    AwsAccess { region: running.region.to_owned(), credentials, endpoint_url }
}

/// An operator's client of KMS in a Region.
pub async fn kms(region: &'static str) -> aws_sdk_kms::Client {
    let access = access().await;
    let mut config = aws_sdk_kms::Config::builder()
        .behavior_version(aws_sdk_kms::config::BehaviorVersion::latest())
        .region(aws_sdk_kms::config::Region::new(region))
        .credentials_provider(access.credentials)
        .http_client(http_client());
    config.set_endpoint_url(access.endpoint_url);
    aws_sdk_kms::Client::from_conf(config.build())
}

/// The ARN of a new KMS key in a Region.
pub async fn makes_key(region: &'static str) -> String {
    let made = kms(region).await.create_key().send().await.unwrap();
    made.key_metadata.unwrap().arn.unwrap()
}

/// The functions' client, for a deployment with this KMS key.
pub async fn functions_kms(kms_key: &str) -> AwsKms {
    AwsKms::new(access().await, |_| Some(kms_key.to_owned()))
}

/// An operator's client of S3.
pub async fn s3() -> aws_sdk_s3::Client {
    let access = access().await;
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(aws_sdk_s3::config::Region::new(access.region))
        .credentials_provider(access.credentials)
        .force_path_style(true)
        .http_client(http_client());
    config.set_endpoint_url(access.endpoint_url);
    aws_sdk_s3::Client::from_conf(config.build())
}

/// An operator's client of SQS.
pub async fn sqs() -> aws_sdk_sqs::Client {
    let access = access().await;
    let mut config = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
        .region(aws_sdk_sqs::config::Region::new(access.region))
        .credentials_provider(access.credentials)
        .http_client(http_client());
    config.set_endpoint_url(access.endpoint_url);
    aws_sdk_sqs::Client::from_conf(config.build())
}
