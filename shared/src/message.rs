//! A message: what is sealed of it, its row, and what clients see.

mod location;
mod opener;
pub mod parts;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::location::Location;
pub use self::opener::{Opener, Sealed};
pub use self::parts::{Mention, MessageParts};
use self::parts::{Reaction, Reply};
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto::{Context, EpochKey, OpenFailure, SealedEpochKey, open, seal};
use crate::http::{Problem, message_bytes};
use crate::id::{ChangeSeq, ClientId, ConversationId, Epoch, MessageId, Revision, Seq, UserId};
use crate::media::Media;
use crate::membership::SystemAction;
use crate::random::{Random, RandomFailure};

/// What a message says: the part that is sealed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The text, or the caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The place that a message of type `location` tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
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
    /// From the SQL function `message_parts`.
    pub parts: MessageParts,
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

    /// The most that it takes in Lambda's answer: bytes as they stand in a JSON string in another JSON.
    #[must_use]
    pub fn answer_bytes(&self) -> usize {
        message_bytes(self.sealed.as_ref().map_or(0, Vec::len)) + self.parts.answer_bytes()
    }

    /// When it went: by deletion, or because its time was over.
    fn gone_at(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.deleted_at.or(self.expires_at.filter(|end| *end <= now))
    }

    /// What there is to open of it.
    fn sealed(&self) -> Sealed<'_> {
        Sealed {
            conversation: self.conversation_id.into(),
            place: MessagePlace {
                id: self.id.into(),
                sender: self.sender_id.into(),
                kind: &self.kind,
                version: self.version.into(),
            },
            epoch: self.epoch.into(),
            key: self.key_keyring_id.map(Into::into).zip(self.key_sealed.as_deref()),
            bytes: self.sealed.as_deref(),
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
    /// What is attached, in its order.
    pub media: Vec<Media>,
    /// The place that a message of type `location` tells of.
    pub location: Option<Location>,
    /// The message it answers, where the viewer may see it.
    pub reply_to: Option<Reply>,
    /// Who is meant.
    pub mentions: Vec<Mention>,
    /// Reactions by kind.
    pub reactions: Vec<Reaction>,
    /// Whether it is pinned.
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
    /// What is left of a message that went.
    fn tombstone(row: &MessageRow, gone_at: OffsetDateTime) -> Self {
        Self { deleted_at: Some(gone_at.into()), ..Self::bare(row) }
    }

    /// The message without anything that must be opened and without its parts.
    fn bare(row: &MessageRow) -> Self {
        Self {
            id: row.id.into(),
            conversation_id: row.conversation_id.into(),
            seq: row.seq.into(),
            change_seq: row.change_seq.into(),
            client_id: row.client_id.into(),
            sender_id: row.sender_id.into(),
            r#type: row.kind.clone(),
            text: None,
            error: None,
            system: None,
            media: Vec::new(),
            location: None,
            reply_to: None,
            mentions: Vec::new(),
            reactions: Vec::new(),
            pinned: false,
            version: row.version.into(),
            created_at: row.created_at.into(),
            edited_at: row.edited_at.map(Timestamp::from),
            deleted_at: None,
            expires_at: row.expires_at.map(Timestamp::from),
        }
    }

    async fn open(row: &MessageRow, opener: &mut Opener<'_>, now: OffsetDateTime) -> Result<Self, Problem> {
        if let Some(gone_at) = row.gone_at(now) {
            return Ok(Self::tombstone(row, gone_at));
        }
        let said = opener.open(row.sealed()).await?;
        let error = said.is_err().then_some("undecryptable");
        let content = said.unwrap_or_default();
        let reply_to = match &row.parts.reply {
            Some(reply) => {
                let quoted = opener.open(reply.sealed(row.conversation_id.into(), now)).await?;
                Some(Reply::of(reply, quoted.ok(), now))
            }
            None => None,
        };
        let mut media = Vec::with_capacity(row.parts.media.len());
        for file in &row.parts.media {
            let details = opener.open_media(file).await?;
            media.push(Media::of(file, details, opener.links(), now));
        }
        Ok(Self {
            text: content.text,
            error,
            system: content.system,
            media,
            location: content.location,
            reply_to,
            mentions: row.parts.mentions.clone(),
            reactions: row.parts.reactions(),
            pinned: row.parts.pinned,
            ..Self::bare(row)
        })
    }
}

impl App {
    /// Messages from their rows, in the same order. One that cannot be opened comes without its text and is
    /// recorded: it never breaks the page.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn open_messages(&self, rows: &[MessageRow]) -> Result<Vec<Message>, Problem> {
        let now = self.clock.now();
        let mut opener = Opener::new(self);
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            messages.push(Message::open(row, &mut opener, now).await?);
        }
        opener.finish().await;
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
