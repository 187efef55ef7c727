//! Worker of a schedule: chains the security events that are not chained yet, and signs a checkpoint of how far the log goes.
//!
//! It runs each minute and may run twice at once: a batch counts only if the log still ends where it was found. Without new
//! events it signs nothing. If there is no signature or the bucket takes nothing, the chain is as right, and the next run signs.

use std::time::Duration;

use chain::{Checkpoint, Hash};
use serde_json::{Value, json};
use shared::App;
use shared::checkpoint::{CheckpointFailure, Signer};
use shared::database::DatabaseFailure;
use shared::locked::{LockedBucket, LockedBucketFailure};

/// Events of one statement.
const BATCH: i64 = 1_000;
/// How long to begin new batches: with a statement, a signature and the bucket at their slowest it ends within the function's time.
const CHAINS_FOR: Duration = Duration::from_secs(15);

/// Why nothing was chained or signed.
#[derive(Debug, thiserror::Error)]
pub enum ChainFailure {
    /// Postgres is not there or refused.
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    /// No checkpoint could be signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFailure),
    /// No checkpoint could be stored.
    #[error(transparent)]
    Bucket(#[from] LockedBucketFailure),
    /// What Postgres holds as a hash is none.
    #[error("the head of the audit log has no hash")]
    NoHash,
}

/// Chains and signs; answers how many events were chained, how far the log goes, and whether a checkpoint was stored.
pub async fn handle(
    app: &App,
    key: &dyn Signer,
    checkpoints: &dyn LockedBucket,
    _event: Value,
) -> Result<Value, ChainFailure> {
    let begun = app.clock.monotonic();
    let mut chained = 0;
    loop {
        let batch = chain(app).await?;
        chained += batch.chained;
        if !batch.has_more || app.clock.monotonic().saturating_sub(begun) >= CHAINS_FOR {
            break;
        }
    }
    let (seq, signed) = sign(app, key, checkpoints).await?;
    if chained > 0 || signed {
        tracing::info!(chained, seq, signed, "the audit log is chained");
    }
    Ok(json!({"chained": chained, "seq": seq, "signed": signed}))
}

struct Batch {
    chained: i64,
    has_more: bool,
}

/// Chains one batch, unless another worker moves the head at the same time.
async fn chain(app: &App) -> Result<Batch, DatabaseFailure> {
    let statement = || sqlx::query_file_as!(Batch, "src/chain_audit.sql", BATCH);
    app.database.fetch_one(statement).await
}

/// Signs a checkpoint of the log's end, unless there is one; answers where that is and whether it was signed now.
async fn sign(
    app: &App,
    key: &dyn Signer,
    checkpoints: &dyn LockedBucket,
) -> Result<(i64, bool), ChainFailure> {
    let statement = || sqlx::query!("SELECT chain_id, seq, hash, signed_seq FROM audit_head");
    let head = app.database.fetch_one(statement).await?;
    if head.seq <= head.signed_seq {
        return Ok((head.seq, false));
    }
    let hash = Hash::from_bytes(&head.hash).ok_or(ChainFailure::NoHash)?;
    let checkpoint = Checkpoint::new(head.chain_id, head.seq, hash, app.clock.now());
    let signature = key.sign(checkpoint.statement().into_bytes()).await?;
    let name = checkpoint.object_name();
    checkpoints.put(name, checkpoint.signed(signature).to_json()).await?;
    let statement = || {
        sqlx::query!(
            "UPDATE audit_head SET signed_seq = greatest(signed_seq, $1) RETURNING signed_seq",
            head.seq,
        )
    };
    app.database.fetch_one(statement).await?;
    Ok((head.seq, true))
}
