//! An export: an archive of everything its user may see, asked for by the user, written by a worker, fetched by a link.

use serde::{Deserialize, Serialize};
use shared::clock::Timestamp;
use shared::id::{ExportId, UserId};
use shared::queue::{Queue, QueueFailure};
use time::OffsetDateTime;
use uuid::Uuid;

/// What is put on the queue `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What is to be made; or, once its user is gone, deleted.
    pub export_id: ExportId,
    /// Whose it is: an erased account leaves nothing else to find its objects by.
    pub user_id: UserId,
}

impl Task {
    /// Puts it on the queue.
    pub async fn send(self, queue: &dyn Queue) -> Result<(), QueueFailure> {
        let body = serde_json::to_string(&self).map_err(|failure| QueueFailure(failure.to_string()))?;
        queue.send(body).await
    }

    /// Where everything of the user's is in the bucket.
    pub fn prefix(self) -> String {
        format!("{}/", self.user_id)
    }

    /// Where one run of the worker puts its archive. Two runs never write to the same place.
    pub fn key(self, run: Uuid) -> String {
        format!("{}{run}.zip", self.prefix())
    }
}

/// What its user is told of an export.
#[derive(Debug, Serialize)]
pub struct Export {
    pub id: ExportId,
    /// `pending`, `running`, `ready` or `failed`.
    pub state: String,
    pub requested_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Bytes of the archive.
    pub size: Option<i64>,
    /// Until when the archive can be fetched.
    pub expires_at: Option<Timestamp>,
}

impl Export {
    /// One that has just been asked for.
    pub fn new(id: ExportId, requested_at: OffsetDateTime) -> Self {
        Self {
            id,
            state: "pending".to_owned(),
            requested_at: requested_at.into(),
            finished_at: None,
            size: None,
            expires_at: None,
        }
    }
}

/// The columns of `exports` that make an export; all null when there is none.
#[derive(Debug)]
pub struct Row {
    pub session_live: bool,
    pub id: Option<Uuid>,
    pub state: Option<String>,
    pub requested_at: Option<OffsetDateTime>,
    pub finished_at: Option<OffsetDateTime>,
    pub size: Option<i64>,
    pub expires_at: Option<OffsetDateTime>,
    /// Where the archive is, as long as it can be fetched.
    pub object_key: Option<String>,
}

impl Row {
    /// The export of this row, if it holds one.
    pub fn into_export(self) -> Option<Export> {
        Some(Export {
            id: self.id?.into(),
            state: self.state?,
            requested_at: self.requested_at?.into(),
            finished_at: self.finished_at.map(Timestamp::from),
            size: self.size,
            expires_at: self.expires_at.map(Timestamp::from),
        })
    }
}
