//! The door of `list_devices`.

use std::sync::LazyLock;

use notifications::list_devices::Reach;

/// What the deployment can tell devices through.
static REACH: LazyLock<Reach> = LazyLock::new(Reach::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::list_devices::handle(app, &REACH, call)))
}
