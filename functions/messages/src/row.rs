//! A row that says whether the caller may look, and holds a message if there is one.

use shared::message::MessageRow;
use time::OffsetDateTime;
use uuid::Uuid;

/// What the statements of `list_messages` and `get_message` yield, at least once.
pub struct Row {
    pub session_live: bool,
    /// The conversation's newest seq; `None` when the caller is no member.
    pub last_seq: Option<i64>,
    /// The caller sees only what comes after it.
    pub joined_seq: Option<i64>,
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
}

impl Row {
    /// The message of this row, if it holds one.
    pub fn into_message(self) -> Option<MessageRow> {
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
        })
    }
}
