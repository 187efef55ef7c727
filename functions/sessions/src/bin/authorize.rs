//! The door of `authorize`.

use std::sync::LazyLock;

use shared::app::{AuthMode, Misconfigured};
use shared::queue::AwsQueue;

/// What it needs beside the app.
static SETTINGS: LazyLock<Result<(AuthMode, AwsQueue), Misconfigured>> =
    LazyLock::new(|| Ok((AuthMode::from_environment()?, AwsQueue::from_environment("PRESENCE_QUEUE_URL")?)));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async move {
            let (mode, presence) = SETTINGS.as_ref()?;
            Ok(sessions::authorize::handle(app, *mode, presence, event).await?)
        })
    })
}
