//! The door of `list_workers`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::backlog::AwsBacklog;

/// The queues of the workers.
static QUEUES: LazyLock<Result<AwsBacklog, Misconfigured>> = LazyLock::new(AwsBacklog::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async move {
            let queues = QUEUES.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            admin::list_workers::handle(app, queues, call).await
        })
    })
}
