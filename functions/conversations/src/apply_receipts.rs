//! Worker of the queue `receipts`: how far messages have reached members and how far they have read, as their sockets say, a
//! whole batch in one statement.
//!
//! Watermarks never move back, so that it makes no difference in which order, how often and in which batches acknowledgements
//! come. What is behind a watermark changes nothing at all, and what is beyond the last message is no acknowledgement
//! (docs/decisions/0031).

use serde::{Deserialize, Serialize};
use shared::id::{ConversationId, OutboxId, Seq, UserId};
use shared::worker::TaskFailure;
use shared::{App, outbox};
use uuid::Uuid;

/// What is put on the queue: an acknowledgement of one member in one conversation. Who it is was known when it was put there;
/// whether they are a member is asked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Whose watermarks.
    pub user_id: UserId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Delivered up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_seq: Option<Seq>,
    /// Read up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<Seq>,
}

/// Moves the watermarks of the batch.
pub async fn handle(app: &App, batch: &[Acknowledgement]) -> Result<(), TaskFailure> {
    let users: Vec<Uuid> = batch.iter().map(|one| one.user_id.0).collect();
    let conversations: Vec<Uuid> = batch.iter().map(|one| one.conversation_id.0).collect();
    let delivered: Vec<Option<i64>> = batch.iter().map(|one| one.delivered_seq.map(|seq| seq.0)).collect();
    let read: Vec<Option<i64>> = batch.iter().map(|one| one.read_seq.map(|seq| seq.0)).collect();
    let events: Vec<Uuid> = batch.iter().map(|_| app.new_id()).collect::<Result<_, _>>()?;
    let statement = || {
        sqlx::query_file!(
            "src/apply_receipts.sql",
            &users,
            &conversations,
            delivered.as_slice() as &[Option<i64>],
            read.as_slice() as &[Option<i64>],
            &events,
        )
    };
    let told = app.database.fetch_all(statement).await?;
    tracing::info!(acknowledgements = batch.len(), moved = told.len(), "receipts applied");
    told.into_iter().map(|event| OutboxId(event.id)).for_each(outbox::note);
    Ok(())
}
