//! The door of `backup_keys`.

use std::sync::LazyLock;

use shared::Problem;
use shared::app::Misconfigured;
use shared::keys::KmsKeys;
use shared::locked::AwsLockedBucket;

/// What it needs beside the app.
static EDGE: LazyLock<Result<(KmsKeys, AwsLockedBucket), Misconfigured>> = LazyLock::new(|| {
    Ok((KmsKeys::from_environment()?, AwsLockedBucket::from_environment("KEY_BACKUP_BUCKET")?))
});

fn main() -> std::process::ExitCode {
    shared::serve_http(|app, call| {
        Box::pin(async move {
            let (kms_keys, bucket) =
                EDGE.as_ref().map_err(|failure| Problem::Internal(failure.to_string()))?;
            keys::backup_keys::handle(app, kms_keys, bucket, call).await
        })
    })
}
