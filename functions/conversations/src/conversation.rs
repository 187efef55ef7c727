//! A conversation as one of its members sees it.

use serde::Serialize;
use serde_json::json;
use shared::audit::{Entry, Event};
use shared::clock::Timestamp;
use shared::crypto::{Context, EpochKey, OpenFailure, SealedEpochKey, open, seal};
use shared::http::Cursor;
use shared::id::{ChangeSeq, ConversationId, MediaId, Seq};
use shared::message::{Message, MessageParts, MessageRow};
use shared::text::{Description, Title};
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

/// What clients see.
#[derive(Debug, Serialize)]
pub struct Conversation {
    pub id: ConversationId,
    /// `direct` or `group`.
    pub r#type: String,
    /// `null` where there is none, or when it cannot be opened.
    pub title: Option<String>,
    pub avatar_media_id: Option<MediaId>,
    /// The caller's role: `owner`, `admin` or `member`.
    pub role: String,
    pub member_count: i32,
    pub last_seq: Seq,
    pub change_seq: ChangeSeq,
    pub last_message: Option<Message>,
    pub unread_count: i64,
    pub mention_count: i64,
    pub read_seq: Seq,
    pub delivered_seq: Seq,
    pub archived: bool,
    pub muted_until: Option<Timestamp>,
    pub pinned: bool,
    pub updated_at: Timestamp,
}

/// What `GET /v1/conversations/{conversation_id}` shows: the conversation and its settings.
#[derive(Debug, Serialize)]
pub struct Details {
    #[serde(flatten)]
    pub conversation: Conversation,
    /// `null` where there is none, or when it cannot be opened.
    pub description: Option<String>,
    /// Seconds after sending in which an author may edit; `null`: always.
    pub edit_window_s: Option<i32>,
    /// `all` or `admins`.
    pub who_can_post: String,
    /// Seconds that messages are kept; `null`: for ever.
    pub retention_s: Option<i32>,
    pub history_for_new_members: bool,
    pub created_at: Timestamp,
}

/// A row of the view `own_conversations`, or only what is known of the caller's session.
#[derive(Debug)]
pub struct Row {
    pub session_live: bool,
    #[expect(dead_code, reason = "a column of the view, which statements filter by")]
    pub user_id: Option<Uuid>,
    pub id: Option<Uuid>,
    pub r#type: Option<String>,
    pub title_sealed: Option<Vec<u8>>,
    pub title_epoch: Option<i32>,
    pub title_key_keyring_id: Option<Uuid>,
    pub title_key_sealed: Option<Vec<u8>>,
    pub description_sealed: Option<Vec<u8>>,
    pub description_epoch: Option<i32>,
    pub description_key_keyring_id: Option<Uuid>,
    pub description_key_sealed: Option<Vec<u8>>,
    pub avatar_media_id: Option<Uuid>,
    pub edit_window_s: Option<i32>,
    pub who_can_post: Option<String>,
    pub retention_s: Option<i32>,
    pub history_for_new_members: Option<bool>,
    pub created_at: Option<OffsetDateTime>,
    pub role: Option<String>,
    pub member_count: Option<i32>,
    pub last_seq: Option<i64>,
    pub change_seq: Option<i64>,
    pub unread_count: Option<i64>,
    pub mention_count: Option<i64>,
    pub read_seq: Option<i64>,
    pub delivered_seq: Option<i64>,
    pub archived: Option<bool>,
    pub muted_until: Option<OffsetDateTime>,
    pub pinned: Option<bool>,
    pub updated_at: Option<OffsetDateTime>,
    pub last_id: Option<Uuid>,
    pub last_message_seq: Option<i64>,
    pub last_change_seq: Option<i64>,
    pub last_client_id: Option<Uuid>,
    pub last_sender_id: Option<Uuid>,
    pub last_type: Option<String>,
    pub last_epoch: Option<i32>,
    pub last_version: Option<i32>,
    pub last_sealed: Option<Vec<u8>>,
    pub last_created_at: Option<OffsetDateTime>,
    pub last_edited_at: Option<OffsetDateTime>,
    pub last_deleted_at: Option<OffsetDateTime>,
    pub last_expires_at: Option<OffsetDateTime>,
    pub last_key_keyring_id: Option<Uuid>,
    pub last_key_sealed: Option<Vec<u8>>,
    pub last_parts: Option<String>,
}

impl Row {
    /// Where a page that ends with this row goes on.
    pub fn cursor(&self) -> Option<Cursor> {
        Some(Cursor { time: self.updated_at?, id: self.id? })
    }

    /// The sealed size of the last message.
    pub fn last_message_bytes(&self) -> usize {
        self.last_sealed.as_ref().map_or(0, Vec::len)
    }

    /// The conversation of this row; `None` when the caller has none here.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn into_conversation(mut self, app: &App) -> Result<Option<Conversation>, Problem> {
        let title = self.open_title(app).await?;
        let last_message = match self.take_last_message()? {
            Some(row) => Some(app.open_message(&row).await?),
            None => None,
        };
        let conversation = || {
            Some(Conversation {
                id: self.id?.into(),
                r#type: self.r#type?,
                title,
                avatar_media_id: self.avatar_media_id.map(MediaId),
                role: self.role?,
                member_count: self.member_count?,
                last_seq: self.last_seq?.into(),
                change_seq: self.change_seq?.into(),
                last_message,
                unread_count: self.unread_count?,
                mention_count: self.mention_count?,
                read_seq: self.read_seq?.into(),
                delivered_seq: self.delivered_seq?.into(),
                archived: self.archived?,
                muted_until: self.muted_until.map(Timestamp::from),
                pinned: self.pinned?,
                updated_at: self.updated_at?.into(),
            })
        };
        Ok(conversation())
    }

    /// The conversation of this row with its settings; `None` when the caller has none here.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn into_details(self, app: &App) -> Result<Option<Details>, Problem> {
        let description = match (self.id, &self.description_sealed) {
            (Some(id), Some(sealed)) => {
                let place = Column { conversation: id.into(), name: "description", open: open_description };
                place.open(app, self.description_epoch, self.description_key(), sealed).await?
            }
            _ => None,
        };
        let (edit_window_s, retention_s) = (self.edit_window_s, self.retention_s);
        let (who_can_post, history_for_new_members, created_at) =
            (self.who_can_post.clone(), self.history_for_new_members, self.created_at);
        let conversation = self.into_conversation(app).await?;
        let details = || {
            Some(Details {
                conversation: conversation?,
                description,
                edit_window_s,
                who_can_post: who_can_post?,
                retention_s,
                history_for_new_members: history_for_new_members?,
                created_at: created_at?.into(),
            })
        };
        Ok(details())
    }

    async fn open_title(&self, app: &App) -> Result<Option<String>, Problem> {
        let (Some(id), Some(sealed)) = (self.id, &self.title_sealed) else { return Ok(None) };
        let place = Column { conversation: id.into(), name: "title", open: open_title };
        place.open(app, self.title_epoch, self.title_key(), sealed).await
    }

    fn title_key(&self) -> Option<SealedEpochKey> {
        Some(SealedEpochKey {
            epoch: self.title_epoch?.into(),
            keyring: self.title_key_keyring_id?.into(),
            sealed: self.title_key_sealed.clone()?,
        })
    }

    fn description_key(&self) -> Option<SealedEpochKey> {
        Some(SealedEpochKey {
            epoch: self.description_epoch?.into(),
            keyring: self.description_key_keyring_id?.into(),
            sealed: self.description_key_sealed.clone()?,
        })
    }

    fn take_last_message(&mut self) -> Result<Option<MessageRow>, Problem> {
        let parts = MessageParts::read(self.last_parts.as_deref())?;
        Ok(self.last_message_with(parts))
    }

    fn last_message_with(&mut self, parts: MessageParts) -> Option<MessageRow> {
        Some(MessageRow {
            id: self.last_id?,
            conversation_id: self.id?,
            seq: self.last_message_seq?,
            change_seq: self.last_change_seq?,
            client_id: self.last_client_id?,
            sender_id: self.last_sender_id?,
            kind: self.last_type.take()?,
            epoch: self.last_epoch?,
            version: self.last_version?,
            sealed: self.last_sealed.take(),
            created_at: self.last_created_at?,
            edited_at: self.last_edited_at,
            deleted_at: self.last_deleted_at,
            expires_at: self.last_expires_at,
            key_keyring_id: self.last_key_keyring_id,
            key_sealed: self.last_key_sealed.take(),
            parts,
        })
    }
}

/// A sealed column of `conversations`.
struct Column {
    conversation: ConversationId,
    name: &'static str,
    open: fn(&EpochKey, &[u8]) -> Result<String, OpenFailure>,
}

impl Column {
    /// What it says; `None`, recorded, when it does not open.
    async fn open(
        &self,
        app: &App,
        epoch: Option<i32>,
        key: Option<SealedEpochKey>,
        sealed: &[u8],
    ) -> Result<Option<String>, Problem> {
        let opened = match key {
            Some(key) => {
                app.open_epoch_key(self.conversation, &key).await?.and_then(|key| (self.open)(&key, sealed))
            }
            None => Err(OpenFailure::KeyMissing),
        };
        if let Err(reason) = &opened {
            let entry = Entry::about(Event::DecryptFail, "conversation", self.conversation.0);
            let detail = json!({"column": self.name, "epoch": epoch, "reason": reason.to_string()});
            app.record(vec![entry.with(detail)]).await;
        }
        Ok(opened.ok())
    }
}

fn title_context(key: &EpochKey) -> Context<'static> {
    Context::ConversationTitle { conversation: key.conversation, epoch: key.epoch }
}

fn description_context(key: &EpochKey) -> Context<'static> {
    Context::ConversationDescription { conversation: key.conversation, epoch: key.epoch }
}

/// Seals a group's title under the key of its epoch.
///
/// # Errors
/// [`Problem::Internal`] when there are no random bytes.
pub fn seal_title(app: &App, key: &EpochKey, title: &Title) -> Result<Vec<u8>, Problem> {
    Ok(seal(&*app.random, &key.key, &title_context(key), title.0.as_bytes())?)
}

/// Seals a group's description under the key of its epoch.
///
/// # Errors
/// [`Problem::Internal`] when there are no random bytes.
pub fn seal_description(app: &App, key: &EpochKey, description: &Description) -> Result<Vec<u8>, Problem> {
    Ok(seal(&*app.random, &key.key, &description_context(key), description.0.as_bytes())?)
}

fn open_title(key: &EpochKey, sealed: &[u8]) -> Result<String, OpenFailure> {
    text(&open(&key.key, &title_context(key), sealed)?)
}

fn open_description(key: &EpochKey, sealed: &[u8]) -> Result<String, OpenFailure> {
    text(&open(&key.key, &description_context(key), sealed)?)
}

fn text(bytes: &[u8]) -> Result<String, OpenFailure> {
    String::from_utf8(bytes.to_vec()).map_err(|_| OpenFailure::Format)
}
