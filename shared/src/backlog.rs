//! What waits in the queues of the workers, for those who run the deployment.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, QueueAttributeName};
use tokio::time::timeout;

use crate::app::{Misconfigured, required};
use crate::aws::AwsAccess;
use crate::crypto::BoxFuture;
use crate::queue::{QueueFailure, TEN, client, failed, send_ten};

/// Longer than SQS waits for messages to come.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// Nobody else is given the messages that are being moved meanwhile.
const MOVING: i32 = 30;

/// How much is in a queue, as SQS says: approximate, and right within a minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting for a worker, those that are delayed among them.
    pub waiting: i64,
    /// Being worked on, or to come again when their visibility timeout is over.
    pub in_flight: i64,
    /// In the queue's dead letters.
    pub dead_letters: i64,
}

/// The queues of the workers, by name.
pub trait Backlog: Send + Sync {
    /// Their names, in the order of importance.
    fn names(&self) -> Vec<String>;

    /// How much is in a queue; `None` when there is none of this name.
    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<Depth>, QueueFailure>>;

    /// Moves up to ten dead letters back to their queue; answers how many there were, and `None` when there is no such queue. A
    /// message is sent before it is deleted, so that none is lost when this ends half-way; it may be there twice then.
    fn redrive_some<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<usize>, QueueFailure>>;
}

/// A queue and its dead letters in SQS.
struct Pair {
    url: String,
    dead_letters_url: String,
}

/// Queues in SQS.
pub struct AwsBacklog {
    access: AwsAccess,
    names: Vec<String>,
    pairs: BTreeMap<String, Pair>,
    client: OnceLock<Client>,
}

impl AwsBacklog {
    /// The queues that `WORKER_QUEUES` names: `name=URL|URL of its dead letters`, with commas between.
    ///
    /// # Errors
    /// The first setting that is missing or makes no sense.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        let setting = required("WORKER_QUEUES")?;
        let (names, pairs) = parse(&setting).ok_or(Misconfigured::WorkerQueues)?;
        Ok(Self { access: AwsAccess::from_environment()?, names, pairs, client: OnceLock::new() })
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| client(&self.access, OPERATION_TIMEOUT))
    }

    /// Moves up to ten messages; how many there were.
    async fn move_ten(&self, pair: &Pair) -> Result<usize, QueueFailure> {
        let ten = i32::try_from(TEN).unwrap_or(1);
        let request = self.client().receive_message().queue_url(&pair.dead_letters_url);
        // Without waiting SQS asks only some of its servers, and finds nothing where there is little.
        let request = request.max_number_of_messages(ten).visibility_timeout(MOVING).wait_time_seconds(1);
        let messages = request.send().await.map_err(failed)?.messages.unwrap_or_default();
        if messages.is_empty() {
            return Ok(0);
        }
        let bodies: Vec<String> =
            messages.iter().map(|message| message.body().unwrap_or_default().to_owned()).collect();
        let taken = send_ten(self.client(), &pair.url, &bodies).await?;
        let moved: Vec<&Message> = taken.iter().filter_map(|place| messages.get(*place)).collect();
        if moved.is_empty() {
            return Err(QueueFailure("none of the dead letters was taken".to_owned()));
        }
        let entry = |(place, message): (usize, &&Message)| {
            let handle = message.receipt_handle().unwrap_or_default();
            DeleteMessageBatchRequestEntry::builder().id(place.to_string()).receipt_handle(handle).build()
        };
        let entries: Result<Vec<_>, _> = moved.iter().enumerate().map(entry).collect();
        let request = self.client().delete_message_batch().queue_url(&pair.dead_letters_url);
        request.set_entries(Some(entries.map_err(failed)?)).send().await.map_err(failed)?;
        Ok(moved.len())
    }
}

/// How many messages of a queue can be had, are delayed, and are in flight.
pub(crate) async fn counts(client: &Client, url: &str) -> Result<[i64; 3], QueueFailure> {
    use QueueAttributeName::{
        ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
        ApproximateNumberOfMessagesNotVisible,
    };
    let names = [
        ApproximateNumberOfMessages,
        ApproximateNumberOfMessagesDelayed,
        ApproximateNumberOfMessagesNotVisible,
    ];
    let request = client.get_queue_attributes().queue_url(url);
    let answer = request.set_attribute_names(Some(names.to_vec())).send().await.map_err(failed)?;
    let attributes = answer.attributes();
    Ok(names.map(|name| {
        attributes.and_then(|all| all.get(&name)).and_then(|text| text.parse().ok()).unwrap_or_default()
    }))
}

fn parse(setting: &str) -> Option<(Vec<String>, BTreeMap<String, Pair>)> {
    let (mut names, mut pairs) = (Vec::new(), BTreeMap::new());
    for queue in setting.split(',') {
        let (name, urls) = queue.split_once('=')?;
        let (url, dead_letters_url) = urls.split_once('|')?;
        names.push(name.to_owned());
        let pair = Pair { url: url.to_owned(), dead_letters_url: dead_letters_url.to_owned() };
        pairs.insert(name.to_owned(), pair);
    }
    Some((names, pairs))
}

impl Backlog for AwsBacklog {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<Depth>, QueueFailure>> {
        Box::pin(async move {
            let Some(pair) = self.pairs.get(queue) else { return Ok(None) };
            let client = self.client();
            let both = tokio::join!(counts(client, &pair.url), counts(client, &pair.dead_letters_url));
            let ([visible, delayed, in_flight], dead) = (both.0?, both.1?);
            Ok(Some(Depth { waiting: visible + delayed, in_flight, dead_letters: dead.iter().sum() }))
        })
    }

    fn redrive_some<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<usize>, QueueFailure>> {
        Box::pin(async move {
            let Some(pair) = self.pairs.get(queue) else { return Ok(None) };
            self.move_ten(pair).await.map(Some)
        })
    }
}

/// How much is in each of the queues, by name. Where a queue does not answer in time there is nothing.
pub async fn depths(backlog: &dyn Backlog, within: Duration) -> Vec<(String, Option<Depth>)> {
    let mut depths = Vec::new();
    let names = backlog.names();
    let all = async {
        for name in &names {
            match backlog.depth(name).await {
                Ok(depth) => depths.push(depth),
                Err(failure) => {
                    tracing::warn!(queue = name, %failure, "a queue does not say how much is in it");
                    depths.push(None);
                }
            }
        }
    };
    if timeout(within, all).await.is_err() {
        tracing::warn!("the queues do not say in time how much is in them");
    }
    depths.resize(names.len(), None);
    names.into_iter().zip(depths).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn queues_are_named_with_both_their_addresses() {
        let (names, pairs) = parse("events=http://e|http://e-dead,push=http://p|http://p-dead").unwrap();
        assert_eq!(names, ["events", "push"]);
        assert_eq!(
            (pairs["push"].url.as_str(), pairs["push"].dead_letters_url.as_str()),
            ("http://p", "http://p-dead")
        );
        for wrong in ["", "events", "events=http://e", "events=a|b,"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
