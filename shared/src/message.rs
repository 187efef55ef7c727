//! A message: what is sealed of it, its row, and what clients see.

use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{Entry, Event};
use crate::clock::Timestamp;
use crate::crypto::{Context, EpochKey, OpenFailure, SealedEpochKey, open, seal};
use crate::http::Problem;
use crate::id::{ChangeSeq, ClientId, ConversationId, Epoch, MessageId, Revision, Seq, UserId};
use crate::membership::SystemAction;
use crate::random::{Random, RandomFailure};

/// What a message says: the part that is sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The text, or the caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What a message of type `system` records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemAction>,
}

/// What a message's sealing is bound to, but for the key's own place.
#[derive(Debug, Clone, Copy)]
pub struct MessagePlace<'a> {
    /// Which message.
    pub id: MessageId,
    /// Who wrote it.
    pub sender: UserId,
    /// `text`, `image`, …
    pub kind: &'a str,
    /// 1 as sent, one more with each edit.
    pub version: Revision,
}

impl EpochKey {
    fn message_context<'a>(&self, place: MessagePlace<'a>) -> Context<'a> {
        Context::Message {
            conversation: self.conversation,
            epoch: self.epoch,
            message: place.id,
            sender: place.sender,
            kind: place.kind,
            revision: place.version,
        }
    }

    /// Seals what a message says.
    ///
    /// # Errors
    /// [`RandomFailure`] when there is no salt to be had.
    pub fn seal_message(
        &self,
        random: &dyn Random,
        place: MessagePlace<'_>,
        content: &[u8],
    ) -> Result<Vec<u8>, RandomFailure> {
        seal(random, &self.key, &self.message_context(place), content)
    }

    /// Opens what a message says.
    ///
    /// # Errors
    /// Why it does not open.
    pub fn open_message(&self, place: MessagePlace<'_>, sealed: &[u8]) -> Result<Content, OpenFailure> {
        let content = open(&self.key, &self.message_context(place), sealed)?;
        serde_json::from_slice(&content).map_err(|_| OpenFailure::Format)
    }
}

/// The columns of `messages` that make a message, with the key that opens it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are documented in the migration")]
pub struct MessageRow {
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub seq: i64,
    pub change_seq: i64,
    pub client_id: Uuid,
    pub sender_id: Uuid,
    pub kind: String,
    pub epoch: i32,
    pub version: i32,
    pub sealed: Option<Vec<u8>>,
    pub created_at: OffsetDateTime,
    pub edited_at: Option<OffsetDateTime>,
    pub deleted_at: Option<OffsetDateTime>,
    pub expires_at: Option<OffsetDateTime>,
    /// From `conversation_keys`, both or neither.
    pub key_keyring_id: Option<Uuid>,
    pub key_sealed: Option<Vec<u8>>,
}

impl MessageRow {
    /// The sealed epoch key that came with the row.
    #[must_use]
    pub fn epoch_key(&self) -> Option<SealedEpochKey> {
        Some(SealedEpochKey {
            epoch: Epoch(self.epoch),
            keyring: self.key_keyring_id?.into(),
            sealed: self.key_sealed.clone()?,
        })
    }

    fn place(&self) -> MessagePlace<'_> {
        MessagePlace {
            id: self.id.into(),
            sender: self.sender_id.into(),
            kind: &self.kind,
            version: self.version.into(),
        }
    }
}

/// A message as clients see it.
#[derive(Debug, Serialize)]
pub struct Message {
    /// Unique across conversations.
    pub id: MessageId,
    /// Where it was sent.
    pub conversation_id: ConversationId,
    /// Its place.
    pub seq: Seq,
    /// The last visible change of it.
    pub change_seq: ChangeSeq,
    /// The sender's name for it.
    pub client_id: ClientId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// `text`, `image`, …
    pub r#type: String,
    /// `null` in a tombstone and when it cannot be opened.
    pub text: Option<String>,
    /// `undecryptable` when it cannot be opened; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// What a message of type `system` records; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemAction>,
    /// Attached media. No message has any before uploads exist.
    pub media: [(); 0],
    /// A place on Earth. No message has one before locations exist.
    pub location: Option<()>,
    /// The message it answers. No message answers one before replies exist.
    pub reply_to: Option<()>,
    /// Who is meant. Nobody before mentions exist.
    pub mentions: [(); 0],
    /// Reactions by kind. None before reactions exist.
    pub reactions: [(); 0],
    /// Whether it is pinned. None is before pins exist.
    pub pinned: bool,
    /// 1 as sent, one more with each edit.
    pub version: Revision,
    /// When the server took it.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted; it is a tombstone from then on.
    pub deleted_at: Option<Timestamp>,
    /// When it disappears.
    pub expires_at: Option<Timestamp>,
}

impl Message {
    fn of(row: &MessageRow, opened: Result<Content, OpenFailure>) -> Self {
        let (Content { text, system }, error) = match opened {
            Ok(content) => (content, None),
            Err(_) => (Content::default(), Some("undecryptable")),
        };
        Self {
            id: row.id.into(),
            conversation_id: row.conversation_id.into(),
            seq: row.seq.into(),
            change_seq: row.change_seq.into(),
            client_id: row.client_id.into(),
            sender_id: row.sender_id.into(),
            r#type: row.kind.clone(),
            text,
            error,
            system,
            media: [],
            location: None,
            reply_to: None,
            mentions: [],
            reactions: [],
            pinned: false,
            version: row.version.into(),
            created_at: row.created_at.into(),
            edited_at: row.edited_at.map(Timestamp::from),
            deleted_at: row.deleted_at.map(Timestamp::from),
            expires_at: row.expires_at.map(Timestamp::from),
        }
    }
}

impl App {
    /// Messages from their rows, in the same order. One that cannot be opened comes without its text and is
    /// recorded: it never breaks the page.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn open_messages(&self, rows: &[MessageRow]) -> Result<Vec<Message>, Problem> {
        // Few epochs in a page: a list is searched faster than a map is built.
        let mut keys: Vec<(SealedEpochKey, Uuid, Result<EpochKey, OpenFailure>)> = Vec::new();
        let mut messages = Vec::with_capacity(rows.len());
        let mut failures = Vec::new();
        for row in rows {
            let opened = match (&row.sealed, row.epoch_key()) {
                (None, _) => Ok(Content::default()),
                (Some(_), None) => Err(OpenFailure::KeyMissing),
                (Some(sealed), Some(sealed_key)) => {
                    let known = keys.iter().position(|(key, conversation, _)| {
                        *key == sealed_key && *conversation == row.conversation_id
                    });
                    let index = if let Some(index) = known {
                        index
                    } else {
                        let key = self.open_epoch_key(row.conversation_id.into(), &sealed_key).await?;
                        keys.push((sealed_key, row.conversation_id, key));
                        keys.len() - 1
                    };
                    match &keys[index].2 {
                        Ok(key) => key.open_message(row.place(), sealed),
                        Err(reason) => Err(*reason),
                    }
                }
            };
            if let Err(reason) = &opened {
                let entry = Entry::about(Event::DecryptFail, "message", row.id);
                failures.push(entry.with(json!({
                    "conversation_id": row.conversation_id,
                    "epoch": row.epoch,
                    "keyring_id": row.key_keyring_id,
                    "reason": reason.to_string(),
                })));
            }
            messages.push(Message::of(row, opened));
        }
        self.record(failures).await;
        Ok(messages)
    }

    /// [`Self::open_messages`] for one.
    ///
    /// # Errors
    /// As there.
    pub async fn open_message(&self, row: &MessageRow) -> Result<Message, Problem> {
        let mut messages = self.open_messages(std::slice::from_ref(row)).await?;
        messages.pop().ok_or_else(|| Problem::Internal("one row made no message".to_owned()))
    }
}
