//! The door of `rotate_keys`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::keys::KmsKeys;

/// What it needs beside the app.
static KMS_KEYS: LazyLock<Result<KmsKeys, Misconfigured>> = LazyLock::new(KmsKeys::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(async move { Ok(keys::rotate_keys::handle(app, KMS_KEYS.as_ref()?).await?) })
    })
}
