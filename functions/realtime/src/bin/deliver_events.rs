//! The door of `deliver_events`.

use std::sync::{Arc, LazyLock};

use realtime::connection::AwsConnections;
use realtime::deliver_events::{self, Outside, Pace, Tools};
use shared::app::{Misconfigured, setting};
use shared::queue::AwsQueue;

/// Frames a second of one worker. The gateway takes 10,000 calls a second of an account, of all its APIs together; the queue's
/// `MaximumConcurrency` times this is a quarter of them.
const PACE: u32 = 500;

/// What it needs beside the app.
static TOOLS: LazyLock<Result<Tools, Misconfigured>> = LazyLock::new(|| {
    Ok(Tools {
        connections: Arc::new(AwsConnections::at(setting("CONNECTIONS_URL")?)?),
        events: Arc::new(AwsQueue::from_environment("EVENTS_QUEUE_URL")?),
        pace: Arc::new(Pace::per_second(PACE)),
        outside: Some(Outside {
            push: Arc::new(AwsQueue::from_environment("PUSH_QUEUE_URL")?),
            webhooks: Arc::new(AwsQueue::from_environment("WEBHOOK_QUEUE_URL")?),
        }),
    })
});

fn main() -> std::process::ExitCode {
    shared::serve_batches("events", |app, batch| {
        Box::pin(async move { deliver_events::handle(app, TOOLS.as_ref()?, batch).await })
    })
}
