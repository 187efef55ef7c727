//! Queues: sending to one. What takes tasks off a queue is a [`crate::worker`].

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region};

use crate::app::{Misconfigured, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(1);

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue took no message: {0}")]
pub struct QueueFailure(pub String);

/// Where work is put for a worker. Bodies carry ids, never text.
pub trait Queue: Send + Sync {
    /// Sends one message.
    fn send(&self, body: String) -> BoxFuture<'_, Result<(), QueueFailure>>;
}

/// A queue in SQS.
pub struct AwsQueue {
    access: AwsAccess,
    url: String,
    client: OnceLock<Client>,
}

impl AwsQueue {
    /// The queue whose URL is in this environment variable. Connects at the first message.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment(url: &'static str) -> Result<Self, Misconfigured> {
        Ok(Self { access: AwsAccess::from_environment()?, url: required(url)?, client: OnceLock::new() })
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build();
            let mut config = aws_sdk_sqs::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                .retry_config(RetryConfig::disabled())
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            Client::from_conf(config.build())
        })
    }
}

impl Queue for AwsQueue {
    fn send(&self, body: String) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(async move {
            let sent = self.client().send_message().queue_url(&self.url).message_body(body).send().await;
            sent.map(drop)
                .map_err(|failure| QueueFailure(aws_sdk_sqs::error::DisplayErrorContext(failure).to_string()))
        })
    }
}
