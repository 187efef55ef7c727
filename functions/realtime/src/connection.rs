//! Connections as the gateway has them: sending to one, asking for one, ending one
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html>).

use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Region};
use aws_sdk_apigatewaymanagement::error::{DisplayErrorContext, SdkError};
use aws_sdk_apigatewaymanagement::primitives::Blob;
use shared::app::Misconfigured;
use shared::aws::{AwsAccess, http_client};
use shared::crypto::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(2);

/// Why something could not be done with a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFailure {
    /// 410: it is no more, or not yet.
    #[error("the connection is gone")]
    Gone,
    /// Too much at once, a fault of the gateway's, or no answer in time: trying again may help.
    #[error("the gateway is busy: {0}")]
    Busy(String),
    /// Refused: trying again is in vain.
    #[error("the gateway refuses: {0}")]
    Refused(String),
}

/// The gateway's side of sockets.
pub trait Connections: Send + Sync {
    /// Sends a frame.
    fn post<'a>(
        &'a self,
        connection: &'a str,
        frame: &'a str,
    ) -> BoxFuture<'a, Result<(), ConnectionFailure>>;

    /// Ends the connection.
    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>>;

    /// Whether it is there: [`ConnectionFailure::Gone`] when it is not.
    fn find<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>>;
}

/// API Gateway.
pub struct AwsConnections {
    access: AwsAccess,
    url: String,
    client: OnceLock<Client>,
}

impl AwsConnections {
    /// The WebSocket API whose stage has this URL. Connects at the first call.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn at(url: String) -> Result<Self, Misconfigured> {
        Ok(Self::new(AwsAccess::from_environment()?, url))
    }

    /// The same, reached by these means.
    #[must_use]
    pub fn new(access: AwsAccess, url: String) -> Self {
        Self { access, url, client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build();
            let config = aws_sdk_apigatewaymanagement::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                // Who sends to thousands decides by itself when it tries again.
                .retry_config(RetryConfig::disabled())
                .endpoint_url(&self.url)
                .http_client(http_client());
            Client::from_conf(config.build())
        })
    }
}

impl Connections for AwsConnections {
    fn post<'a>(
        &'a self,
        connection: &'a str,
        frame: &'a str,
    ) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            let call = self.client().post_to_connection().connection_id(connection);
            let sent = call.data(Blob::new(frame)).send().await;
            sent.map(drop).map_err(meaning)
        })
    }

    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            let closed = self.client().delete_connection().connection_id(connection).send().await;
            closed.map(drop).map_err(meaning)
        })
    }

    fn find<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            let found = self.client().get_connection().connection_id(connection).send().await;
            found.map(drop).map_err(meaning)
        })
    }
}

/// What an answer of the gateway's means; the status says it, whatever the body.
fn meaning<E: std::error::Error + 'static>(failure: SdkError<E>) -> ConnectionFailure {
    let status = failure.raw_response().map(|response| response.status().as_u16());
    let shown = DisplayErrorContext(failure).to_string();
    match status {
        Some(410) => ConnectionFailure::Gone,
        Some(status) if status != 429 && status < 500 => ConnectionFailure::Refused(shown),
        _ => ConnectionFailure::Busy(shown),
    }
}
