//! The door of `write_export`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::objects::AwsObjects;

/// Where archives go.
static EXPORTS: LazyLock<Result<AwsObjects, Misconfigured>> =
    LazyLock::new(|| AwsObjects::from_environment("EXPORT_BUCKET"));

fn main() -> std::process::ExitCode {
    shared::serve_tasks("export", |app, task| {
        Box::pin(async move { users::write_export::handle(app, EXPORTS.as_ref()?, task).await })
    })
}
