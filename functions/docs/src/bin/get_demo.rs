//! The door of `get_demo`.

use std::sync::LazyLock;

use docs::get_demo::{self, Policy};
use shared::Problem;
use shared::app::Misconfigured;

/// What the page may load and run.
static POLICY: LazyLock<Result<Policy, Misconfigured>> = LazyLock::new(Policy::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async {
            let policy = POLICY.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            get_demo::handle(app, policy, call).await
        })
    })
}
