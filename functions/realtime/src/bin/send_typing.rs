//! The door of `send_typing`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// What it needs beside the app.
static EVENTS: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("EVENTS_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async {
            let events = EVENTS.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            realtime::send_typing::handle(app, events, call).await
        })
    })
}
