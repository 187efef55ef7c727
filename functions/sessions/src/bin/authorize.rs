//! The door of `authorize`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::queue::AwsQueue;

static PRESENCE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("PRESENCE_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async move {
            let presence = PRESENCE.as_ref()?;
            Ok(sessions::authorize::handle(app, presence, event).await?)
        })
    })
}
