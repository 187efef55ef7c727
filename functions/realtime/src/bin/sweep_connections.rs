//! The door of `sweep_connections`.

use std::sync::{Arc, LazyLock};

use realtime::connection::{AwsConnections, Connections};
use shared::app::{Misconfigured, setting};

/// The gateway.
static CONNECTIONS: LazyLock<Result<Arc<dyn Connections>, Misconfigured>> =
    LazyLock::new(|| Ok(Arc::new(AwsConnections::at(setting("CONNECTIONS_URL")?)?)));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _| {
        Box::pin(async {
            let connections = Arc::clone(CONNECTIONS.as_ref()?);
            Ok(realtime::sweep_connections::handle(app, connections).await?)
        })
    })
}
