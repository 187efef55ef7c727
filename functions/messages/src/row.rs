//! What statements about messages yield: an outcome, and a message if there is one to show.

use shared::message::{MessageParts, MessageRow};
use shared::{App, Problem, Reply};
use time::OffsetDateTime;
use uuid::Uuid;

/// A row of a statement that yields one at least.
pub struct Row {
    /// How it ended: [`check`] knows the words.
    pub outcome: String,
    pub id: Option<Uuid>,
    pub conversation_id: Option<Uuid>,
    pub seq: Option<i64>,
    pub change_seq: Option<i64>,
    pub client_id: Option<Uuid>,
    pub sender_id: Option<Uuid>,
    pub kind: Option<String>,
    pub epoch: Option<i32>,
    pub version: Option<i32>,
    pub sealed: Option<Vec<u8>>,
    pub created_at: Option<OffsetDateTime>,
    pub edited_at: Option<OffsetDateTime>,
    pub deleted_at: Option<OffsetDateTime>,
    pub expires_at: Option<OffsetDateTime>,
    pub key_keyring_id: Option<Uuid>,
    pub key_sealed: Option<Vec<u8>>,
    pub parts: Option<String>,
}

impl Row {
    /// The message of this row, if it holds one.
    ///
    /// # Errors
    /// [`Problem::Internal`] when its parts cannot be read.
    pub fn into_message(self) -> Result<Option<MessageRow>, Problem> {
        let parts = MessageParts::read(self.parts.as_deref())?;
        let message = || {
            Some(MessageRow {
                id: self.id?,
                conversation_id: self.conversation_id?,
                seq: self.seq?,
                change_seq: self.change_seq?,
                client_id: self.client_id?,
                sender_id: self.sender_id?,
                kind: self.kind?,
                epoch: self.epoch?,
                version: self.version?,
                sealed: self.sealed,
                created_at: self.created_at?,
                edited_at: self.edited_at,
                deleted_at: self.deleted_at,
                expires_at: self.expires_at,
                key_keyring_id: self.key_keyring_id,
                key_sealed: self.key_sealed,
                parts,
            })
        };
        Ok(message())
    }

    /// 200 with the message of a statement that found or changed one; `touch` puts in what the statement itself has just
    /// written and could not see yet.
    ///
    /// # Errors
    /// What the outcome says, or that something needed to open the message is not available.
    pub async fn answer(self, app: &App, touch: impl FnOnce(&mut MessageParts)) -> Result<Reply, Problem> {
        check(&self.outcome)?;
        let missing = || Problem::Internal("a message came without its columns".to_owned());
        let mut message = self.into_message()?.ok_or_else(missing)?;
        touch(&mut message.parts);
        Reply::ok(&app.open_message(&message).await?)
    }
}

/// The problem that a statement's outcome names, if it does.
///
/// # Errors
/// That problem.
pub fn check(outcome: &str) -> Result<(), Problem> {
    match outcome {
        "ok" => Ok(()),
        "unauthenticated" => Err(Problem::Unauthenticated),
        "not_found" => Err(Problem::NotFound),
        "not_author" => Err(Problem::NotAuthor),
        "role_required" => Err(Problem::RoleRequired),
        "not_allowed" => Err(Problem::NotAllowed),
        "message_deleted" => Err(Problem::MessageDeleted),
        "message_immutable" => Err(Problem::MessageImmutable),
        "stale_version" => Err(Problem::StaleVersion),
        "edit_window_passed" => Err(Problem::EditWindowPassed),
        other => Err(Problem::Internal(format!("a statement ended with {other:?}"))),
    }
}
