//! The door of `send_push`.

use std::sync::LazyLock;

use notifications::push::Settings;
use notifications::push::credentials::{AwsSecret, Office};
use notifications::send_push;
use shared::app::Misconfigured;

/// Where the credentials of all providers are.
static OFFICE: LazyLock<Result<Office<AwsSecret>, Misconfigured>> =
    LazyLock::new(|| Ok(Office::new(Settings::from_environment(), AwsSecret::from_environment()?)));

fn main() -> std::process::ExitCode {
    shared::worker::serve_tasks("push", |app, task| {
        Box::pin(async move { send_push::handle(app, OFFICE.as_ref()?, task).await })
    })
}
