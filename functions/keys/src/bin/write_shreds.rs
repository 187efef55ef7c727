//! The door of `write_shreds`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::locked::AwsLockedBucket;

/// Where the ledger is.
static LEDGER: LazyLock<Result<AwsLockedBucket, Misconfigured>> =
    LazyLock::new(|| AwsLockedBucket::from_environment("SHRED_LEDGER_BUCKET"));

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, _event| {
        Box::pin(async move { Ok(keys::write_shreds::handle(app, LEDGER.as_ref()?).await?) })
    })
}
