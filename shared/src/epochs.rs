//! Beginning a conversation's next epoch, for statements that only find that one is due.
//!
//! Sending brings the next epoch's key along and needs nothing of this (docs/decisions/0039).

use time::Date;

use crate::app::App;
use crate::crypto::SealedEpochKey;
use crate::http::{Caller, Problem};
use crate::id::{ConversationId, Epoch};

impl App {
    /// Begins the epoch `next` of a conversation, for messages that disappear on a day or for those that stay, if one is due
    /// and nobody else has begun it; then its key.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no K1 is to be had now.
    pub async fn begin_epoch(
        &self,
        caller: Caller,
        conversation: ConversationId,
        day: Option<Date>,
        next: Epoch,
    ) -> Result<Option<SealedEpochKey>, Problem> {
        let (_, key) = self.new_epoch_key(conversation, next).await?;
        let stamp = self.stamp()?;
        let statement = || {
            sqlx::query_file!(
                "src/begin_epoch.sql",
                caller.session_id.0,
                caller.user_id.0,
                conversation.0,
                day,
                key.epoch.0,
                key.keyring.0,
                key.sealed,
                stamp.id,
                stamp.address,
                stamp.request_id,
            )
        };
        let row = self.database.fetch_one(statement).await?;
        Ok(row.begun.then_some(key))
    }
}
