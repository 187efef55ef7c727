//! A queue as SQS is one: what was not answered comes again, in any order and any company, and after five times never.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use serde_json::{Value, json};
use shared::worker::MAX_ATTEMPTS;

/// One message.
#[derive(Debug, Clone)]
struct Message {
    id: String,
    body: String,
    attempts: u32,
}

/// A queue with its dead letters, in memory. What happens by chance follows from its seed.
#[derive(Debug, Default)]
pub struct FakeSqs {
    waiting: VecDeque<Message>,
    dead_letters: Vec<Message>,
    sent: usize,
    chance: u64,
}

impl FakeSqs {
    /// An empty queue; the same seed, the same chances.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { chance: seed.wrapping_mul(2).wrapping_add(1), ..Self::default() }
    }

    /// Takes a message.
    pub fn send(&mut self, body: impl Into<String>) {
        self.sent += 1;
        let message = Message { id: self.sent.to_string(), body: body.into(), attempts: 0 };
        // Where it comes among the others is not promised.
        let place = self.chance(self.waiting.len() + 1);
        self.waiting.insert(place, message);
    }

    /// A number below this one (<https://en.wikipedia.org/wiki/Xorshift>).
    pub fn chance(&mut self, below: usize) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        usize::try_from(self.chance % u64::try_from(below.max(1)).unwrap()).unwrap()
    }

    /// Hands out a batch of at most so many as Lambda does; `None` when nothing is left but dead letters.
    pub fn receive(&mut self, most: usize) -> Option<Batch> {
        let size = (1 + self.chance(most)).min(self.waiting.len());
        let mut messages: Vec<Message> = self.waiting.drain(..size).collect();
        for message in &mut messages {
            message.attempts += 1;
        }
        (!messages.is_empty()).then_some(Batch { messages })
    }

    /// Hands out everything that waits as one batch.
    pub fn receive_all(&mut self) -> Option<Batch> {
        let mut messages: Vec<Message> = self.waiting.drain(..).collect();
        for message in &mut messages {
            message.attempts += 1;
        }
        (!messages.is_empty()).then_some(Batch { messages })
    }

    /// Takes what became of a batch: the worker's answer, or `None` when it was killed. One in ten of what was done comes again all
    /// the same: SQS delivers at least once.
    pub fn answered(&mut self, batch: Batch, answer: Option<&Value>) {
        let failed = |message: &Message| {
            let failures = answer.map(|answer| answer["batchItemFailures"].as_array().unwrap());
            failures.is_none_or(|failures| failures.iter().any(|one| one["itemIdentifier"] == *message.id))
        };
        for message in batch.messages {
            if failed(&message) && message.attempts >= MAX_ATTEMPTS {
                self.dead_letters.push(message);
            } else if failed(&message) || (message.attempts < MAX_ATTEMPTS && self.chance(10) == 0) {
                let place = self.chance(self.waiting.len() + 1);
                self.waiting.insert(place, message);
            }
        }
    }

    /// Puts the dead letters back.
    pub fn redrive(&mut self) {
        for message in std::mem::take(&mut self.dead_letters) {
            self.send(message.body);
        }
    }

    /// The bodies of the dead letters.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<&str> {
        self.dead_letters.iter().map(|message| message.body.as_str()).collect()
    }
}

/// Messages that were handed out together.
#[derive(Debug)]
pub struct Batch {
    messages: Vec<Message>,
}

impl Batch {
    /// As Lambda gives it to a worker.
    #[must_use]
    pub fn event(&self) -> Value {
        let record = |message: &Message| {
            let attributes = json!({"ApproximateReceiveCount": message.attempts.to_string()});
            json!({"messageId": message.id, "body": message.body, "attributes": attributes})
        };
        json!({"Records": self.messages.iter().map(record).collect::<Vec<_>>()})
    }
}

/// Does the work, but is killed when it waits for the so manieth time; `None` when it was.
pub async fn killed_at<F: Future>(work: F, waits: usize) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if waited == waits => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}
