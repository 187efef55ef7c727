//! The door of `create_ticket`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::{Misconfigured, setting};

/// Where sockets are.
static URL: LazyLock<Result<String, Misconfigured>> = LazyLock::new(|| setting("SOCKET_URL"));

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async {
            let url = URL.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            realtime::create_ticket::handle(app, url, call).await
        })
    })
}
