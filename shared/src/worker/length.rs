//! How much waits in a worker's queue, asked of SQS once in a while and told with the metrics.
//!
//! SQS tells `CloudWatch` by itself too, under a name of its own; here it stands beside what the workers do, in one namespace and under
//! the same dimensions. The age of the oldest message that waits is told to `CloudWatch` alone, where an alarm is on it: no call of
//! SQS answers it (docs/decisions/0032).

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_sdk_sqs::Client;
use serde_json::Value;
use tokio::time::timeout;

use crate::app::App;
use crate::aws::AwsAccess;
use crate::backlog::counts;
use crate::queue::client;

/// As often as `CloudWatch` keeps a value.
const INTERVAL: Duration = Duration::from_mins(1);
/// For SQS to answer: less than what a batch keeps back at its end.
const PATIENCE: Duration = Duration::from_millis(300);

/// Asks a queue for its length, at most once a minute.
#[derive(Default)]
pub struct Length {
    /// `None` where nothing says how AWS is reached.
    access: Option<AwsAccess>,
    client: OnceLock<Client>,
    /// On the monotonic clock: when the next is due.
    due: Mutex<Duration>,
}

impl Length {
    /// Asks by these means.
    #[must_use]
    pub fn by(access: Option<AwsAccess>) -> Self {
        Self { access, ..Self::default() }
    }

    /// How many tasks wait in the queue that a batch came from, those that are delayed among them. `None` unless it is time to ask
    /// again and SQS answers: it never fails a batch.
    pub async fn of(&self, app: &App, batch: &Value) -> Option<i64> {
        let access = self.access.as_ref()?;
        let url = url(access, batch["Records"][0]["eventSourceARN"].as_str()?)?;
        {
            let now = app.clock.monotonic();
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            if now < *due {
                return None;
            }
            *due = now + INTERVAL;
        }
        let client = self.client.get_or_init(|| client(access, PATIENCE));
        match timeout(PATIENCE, counts(client, &url)).await {
            Ok(Ok([visible, delayed, _])) => Some(visible + delayed),
            Ok(Err(failure)) => {
                tracing::warn!(%failure, "the queue does not say how long it is");
                None
            }
            Err(_) => {
                tracing::warn!("the queue does not say in time how long it is");
                None
            }
        }
    }
}

/// The URL of the queue with this ARN (`arn:PARTITION:sqs:REGION:ACCOUNT:NAME`).
fn url(access: &AwsAccess, arn: &str) -> Option<String> {
    let mut parts = arn.split(':').skip(1);
    let (partition, service, region) = (parts.next()?, parts.next()?, parts.next()?);
    let (account, name) = (parts.next()?, parts.next()?);
    if service != "sqs" {
        return None;
    }
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let host = access.endpoint_url.clone().unwrap_or_else(|| format!("https://sqs.{region}.{suffix}"));
    Some(format!("{}/{account}/{name}", host.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;

    use super::url;
    use crate::aws::AwsAccess;

    #[test]
    fn a_queue_is_found_by_its_arn() {
        let mut access = AwsAccess {
            region: "eu-central-1".to_owned(),
            credentials: Credentials::new("key", "secret", None, None, "test"),
            endpoint_url: None,
        };
        let arn = "arn:aws:sqs:eu-central-1:123456789012:talkify-EventsQueue-1";
        let expected = "https://sqs.eu-central-1.amazonaws.com/123456789012/talkify-EventsQueue-1";
        assert_eq!(url(&access, arn).as_deref(), Some(expected));
        let expected = "https://sqs.cn-north-1.amazonaws.com.cn/1/q";
        assert_eq!(url(&access, "arn:aws-cn:sqs:cn-north-1:1:q").as_deref(), Some(expected));
        access.endpoint_url = Some("http://127.0.0.1:4566/".to_owned());
        assert_eq!(url(&access, "arn:aws:sqs:x:1:q").as_deref(), Some("http://127.0.0.1:4566/1/q"));
        for bad in ["", "arn:aws:sqs:x:1", "arn:aws:kinesis:x:1:q"] {
            assert_eq!(url(&access, bad), None, "{bad}");
        }
    }
}
