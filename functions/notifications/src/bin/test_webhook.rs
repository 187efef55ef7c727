//! The door of `test_webhook`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// Where the worker finds its work.
static QUEUE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("WEBHOOK_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async move {
            let queue = QUEUE.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            notifications::test_webhook::handle(app, queue, call).await
        })
    })
}
