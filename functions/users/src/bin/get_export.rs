//! The door of `get_export`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::objects::AwsObjects;

/// Where archives are.
static EXPORTS: LazyLock<Result<AwsObjects, Misconfigured>> =
    LazyLock::new(|| AwsObjects::from_environment("EXPORT_BUCKET"));

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async move {
            let exports = EXPORTS.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            users::get_export::handle(app, exports, call).await
        })
    })
}
