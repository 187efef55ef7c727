//! The door of `sweep_media`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::objects::AwsObjects;
use shared::queue::AwsQueue;

/// Where files are.
static OBJECTS: LazyLock<Result<AwsObjects, Misconfigured>> =
    LazyLock::new(|| AwsObjects::from_environment("MEDIA_BUCKET"));
/// Where the worker finds its work.
static QUEUE: LazyLock<Result<AwsQueue, Misconfigured>> =
    LazyLock::new(|| AwsQueue::from_environment("MEDIA_QUEUE_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(
            async move { Ok(media::sweep_media::handle(app, OBJECTS.as_ref()?, QUEUE.as_ref()?).await?) },
        )
    })
}
