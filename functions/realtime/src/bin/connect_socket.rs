//! The door of `connect_socket`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::queue::AwsQueue;

/// What it needs beside the app.
static PRESENCE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("PRESENCE_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async move { Ok(realtime::connect_socket::handle(app, PRESENCE.as_ref()?, event).await) })
    })
}
