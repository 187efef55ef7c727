//! The door of `chain_audit`.

use std::sync::LazyLock;

use shared::app::Misconfigured;
use shared::checkpoint::AwsSigner;
use shared::locked::AwsLockedBucket;

/// What it needs beside the app.
static EDGE: LazyLock<Result<(AwsSigner, AwsLockedBucket), Misconfigured>> = LazyLock::new(|| {
    Ok((
        AwsSigner::from_environment("AUDIT_KEY_ID")?,
        AwsLockedBucket::from_environment("CHECKPOINT_BUCKET")?,
    ))
});

fn main() -> std::process::ExitCode {
    shared::serve_events(|app, event| {
        Box::pin(async move {
            let (signer, checkpoints) = EDGE.as_ref()?;
            Ok(admin::chain_audit::handle(app, signer, checkpoints, event).await?)
        })
    })
}
