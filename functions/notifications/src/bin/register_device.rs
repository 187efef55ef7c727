//! The door of `register_device`.

use std::sync::LazyLock;

use notifications::url::LocalReceivers;

static LOCAL: LazyLock<LocalReceivers> = LazyLock::new(LocalReceivers::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::register_device::handle(app, *LOCAL, call)))
}
