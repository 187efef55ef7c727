//! The door of `sweep_exports`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// Where the worker finds its work.
static QUEUE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("EXPORT_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(async move { Ok(users::sweep_exports::handle(app, QUEUE.as_ref()?).await?) })
    })
}
