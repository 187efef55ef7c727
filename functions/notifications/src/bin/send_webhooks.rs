//! The door of `send_webhooks`.

use std::sync::LazyLock;

use notifications::outbound::{Outbound, Reach, Version};
use notifications::send_webhooks;
use notifications::url::LocalReceivers;
use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// How receivers are called.
static OUTBOUND: LazyLock<Outbound> =
    LazyLock::new(|| Outbound::new(Reach::Public(LocalReceivers::from_environment()), Version::One));
/// Where what is tried again waits.
static QUEUE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("WEBHOOK_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::worker::serve_tasks("webhooks", |app, task| {
        Box::pin(async move { send_webhooks::handle(app, &OUTBOUND, QUEUE.as_ref()?, task).await })
    })
}
