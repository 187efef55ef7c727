//! Queues: sending to one. What takes tasks off a queue is a [`crate::worker`].

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region};
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

use crate::app::{Misconfigured, required};
use crate::aws::{AwsAccess, http_client};
use crate::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(1);

/// What SQS takes in one call (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>).
pub(crate) const TEN: usize = 10;

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue took no message: {0}")]
pub struct QueueFailure(pub String);

/// Where work is put for a worker. Bodies carry ids, never text.
pub trait Queue: Send + Sync {
    /// Sends one message.
    fn send(&self, body: String) -> BoxFuture<'_, Result<(), QueueFailure>> {
        self.send_after(body, Duration::ZERO)
    }

    /// Sends one message that nobody gets before this time has passed: whole seconds, at most 15 minutes.
    fn send_after(&self, body: String, delay: Duration) -> BoxFuture<'_, Result<(), QueueFailure>>;

    /// Sends many messages, ten at a time. When it fails some may have been taken: sending again does no harm.
    fn send_all(&self, bodies: Vec<String>) -> BoxFuture<'_, Result<(), QueueFailure>>;
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
        Ok(Self::new(AwsAccess::from_environment()?, required(url)?))
    }

    /// The queue at this URL.
    #[must_use]
    pub fn new(access: AwsAccess, url: String) -> Self {
        Self { access, url, client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| client(&self.access, OPERATION_TIMEOUT))
    }
}

/// A client of SQS that gives up an operation after this long.
pub(crate) fn client(access: &AwsAccess, operation_timeout: Duration) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_timeout(operation_timeout)
        .build();
    let mut config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .credentials_provider(access.credentials.clone())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled())
        .http_client(http_client());
    config.set_endpoint_url(access.endpoint_url.clone());
    config.set_use_dual_stack(access.dual_stack());
    Client::from_conf(config.build())
}

/// Sends up to ten messages; answers which of them, by place, were taken.
pub(crate) async fn send_ten(
    client: &Client,
    url: &str,
    bodies: &[String],
) -> Result<Vec<usize>, QueueFailure> {
    let entry = |(place, body): (usize, &String)| {
        SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(body).build()
    };
    let entries: Result<Vec<_>, _> = bodies.iter().enumerate().map(entry).collect();
    let request = client.send_message_batch().queue_url(url).set_entries(Some(entries.map_err(failed)?));
    let sent = request.send().await.map_err(failed)?;
    Ok(sent.successful().iter().filter_map(|taken| taken.id().parse().ok()).collect())
}

pub(crate) fn failed(failure: impl std::error::Error) -> QueueFailure {
    QueueFailure(DisplayErrorContext(failure).to_string())
}

impl Queue for AwsQueue {
    fn send_after(&self, body: String, delay: Duration) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(async move {
            let message = self.client().send_message().queue_url(&self.url).message_body(body);
            let delay = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
            message.delay_seconds(delay).send().await.map(drop).map_err(failed)
        })
    }

    fn send_all(&self, bodies: Vec<String>) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(async move {
            for ten in bodies.chunks(TEN) {
                let taken = send_ten(self.client(), &self.url, ten).await?.len();
                if taken < ten.len() {
                    return Err(QueueFailure(format!(
                        "{} of {} were not taken",
                        ten.len() - taken,
                        ten.len()
                    )));
                }
            }
            Ok(())
        })
    }
}
