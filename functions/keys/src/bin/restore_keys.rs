//! The door of `restore_keys`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::keys::KmsKeys;

/// What it needs beside the app.
static KMS_KEYS: LazyLock<Result<KmsKeys, Misconfigured>> = LazyLock::new(KmsKeys::from_environment);

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async move {
            let kms_keys = KMS_KEYS.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            keys::restore_keys::handle(app, kms_keys, call).await
        })
    })
}
