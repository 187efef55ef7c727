//! What the functions say to S3, SQS and KMS, once more by another implementation than the emulator of the local stack: LocalStack in host mode,
//! installed from its own lock file (local/tools/localstack.txt) and started by the first test on a port of its own. It knows `ReEncrypt`,
//! rotation on demand and keys that are disabled, which the emulator does not.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

mod keys;
mod objects;
mod queues;
mod world;
