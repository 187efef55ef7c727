//! The door of `publish_outbox`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// Where events are told.
static EVENTS: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("EVENTS_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _| {
        Box::pin(async { Ok(admin::publish_outbox::handle(app, EVENTS.as_ref()?).await?) })
    })
}
