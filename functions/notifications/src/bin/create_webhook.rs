//! The door of `create_webhook`.

use std::sync::LazyLock;

use notifications::url::LocalReceivers;

static LOCAL: LazyLock<LocalReceivers> = LazyLock::new(LocalReceivers::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| Box::pin(notifications::create_webhook::handle(app, *LOCAL, call)))
}
