//! The door of `receive_frame`.

use std::sync::LazyLock;

use realtime::receive_frame::{self, Queues};
use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// What it needs beside the app: the queues of events, receipts and presence.
static QUEUES: LazyLock<Result<[AwsQueue; 3], Misconfigured>> = LazyLock::new(|| {
    Ok([
        AwsQueue::from_environment("EVENTS_QUEUE_URL")?,
        AwsQueue::from_environment("RECEIPTS_QUEUE_URL")?,
        AwsQueue::from_environment("PRESENCE_QUEUE_URL")?,
    ])
});

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async move {
            let [events, receipts, presence] = QUEUES.as_ref()?;
            Ok(receive_frame::handle(app, Queues { events, receipts, presence }, event).await)
        })
    })
}
