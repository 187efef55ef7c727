//! `PATCH /v1/conversations/{conversation_id}/messages/{message_id}`: gives a message another text or caption.
//!
//! What it said before stays in its history. Its author names the version that is to be changed, so that of two edits at
//! once one wins. One round trip to Postgres for a text in a conversation whose key this environment remembers; one more
//! to learn the key, or that it is a caption, which is sealed as such.

use shared::crypto::SealedEpochKey;
use shared::http::{Fields, Invalid, Parse};
use shared::id::{ConversationId, Epoch, MessageId, OutboxId, Revision};
use shared::message::{Content, MessagePlace};
use shared::remembered::EpochHint;
use shared::text::MessageText;
use shared::{App, Call, Caller, Problem, Reply};
use time::Date;

use crate::new_message::to_json;
use crate::row::Row;
use crate::words::tokens;

/// How often to try while the conversation's key changes: [`crate::send_message`] has the same.
const ATTEMPTS: usize = 4;

/// What the client sends.
struct Edit {
    text: MessageText,
    version: i32,
}

impl Edit {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let text = fields.required("text");
        let version = fields.required::<Version>("version").map(|version| version.0);
        fields.finish(|| Some(Self { text: text?, version: version? }))
    }
}

/// A version that a message can have and still be edited.
struct Version(i32);

impl Parse for Version {
    fn parse(value: &serde_json::Value) -> Result<Self, Invalid> {
        match i32::try_from(i64::parse(value)?) {
            Ok(version) if (1..i32::MAX).contains(&version) => Ok(Self(version)),
            _ => Err(Invalid::new("invalid_value", "must be the version of a message")),
        }
    }
}

/// What does not change between attempts.
struct Editing {
    caller: Caller,
    conversation: ConversationId,
    message: MessageId,
    edit: Edit,
    event: OutboxId,
}

/// What the new text is sealed for.
struct Target {
    kind: String,
    key: SealedEpochKey,
}

/// What it must be sealed for, as the statement has found.
struct Found {
    kind: String,
    /// The day on which the message disappears.
    day: Option<Date>,
    /// The latest epoch for it.
    key: Option<SealedEpochKey>,
    /// Whether that seals one more; else the next one is due.
    serves: bool,
    next: Epoch,
}

/// The text as it is stored.
#[derive(Default)]
struct Sealed {
    content: Vec<u8>,
    tokens: Option<Vec<i64>>,
}

/// Changes the text and answers the whole message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let editing = Editing {
        caller: call.caller()?,
        conversation: call.path_id("conversation_id")?,
        message: call.path_id("message_id")?,
        edit: Edit::parse(call.fields()?)?,
        event: app.new_event()?,
    };
    let hint = app.epoch_hints.key(editing.conversation);
    let mut target = hint.map(|key| Target { kind: "text".to_owned(), key });
    for _ in 0..ATTEMPTS {
        match editing.attempt(app, target).await? {
            Attempt::Done(row) => return row.answer(app, |_| {}).await,
            Attempt::SealAgain(found) => target = editing.learn(app, found).await?,
        }
    }
    Err(Problem::unavailable("the conversation's key changed at every attempt"))
}

/// How an attempt ended.
enum Attempt {
    /// Edited, or refused for good.
    Done(Box<Row>),
    /// The key was unknown or is no longer the current one, or the message has another type: nothing was written.
    SealAgain(Found),
}

impl Editing {
    /// What to seal for at the next attempt; nothing where somebody else has begun the next epoch beside us.
    async fn learn(&self, app: &App, found: Found) -> Result<Option<Target>, Problem> {
        let key = match found.key {
            Some(key) if found.serves => Some(key),
            _ => app.begin_epoch(self.caller, self.conversation, found.day, found.next).await?,
        };
        if let Some(key) = &key {
            let hint = EpochHint { key: key.clone(), due: None };
            app.epoch_hints.set(self.conversation, found.day, hint);
        }
        Ok(key.map(|key| Target { kind: found.kind, key }))
    }

    async fn attempt(&self, app: &App, target: Option<Target>) -> Result<Attempt, Problem> {
        let (epoch, kind, sealed) = match &target {
            Some(target) => (target.key.epoch.0, target.kind.as_str(), self.seal(app, target).await?),
            // To learn what to seal for: no conversation has an epoch 0.
            None => (0, "text", Sealed::default()),
        };
        let statement = || {
            sqlx::query_file!(
                "src/edit_message.sql",
                self.caller.session_id.0,
                self.caller.user_id.0,
                self.conversation.0,
                self.message.0,
                self.edit.version,
                epoch,
                kind,
                sealed.content,
                self.event.0,
                sealed.tokens.as_deref(),
            )
        };
        let row = app.database.fetch_one(statement).await?;
        if row.outcome == "seal_again" {
            let key = || {
                Some(SealedEpochKey {
                    epoch: row.current_epoch?.into(),
                    keyring: row.current_keyring_id?.into(),
                    sealed: row.current_sealed?,
                })
            };
            let (key, day, serves) = (key(), row.day, row.current_serves == Some(true));
            let found = row.current_kind.zip(row.next_epoch);
            let missing = || Problem::Internal("a message without a conversation".to_owned());
            let (kind, next) = found.ok_or_else(missing)?;
            return Ok(Attempt::SealAgain(Found { kind, day, key, serves, next: Epoch(next) }));
        }
        Ok(Attempt::Done(Box::new(Row {
            outcome: row.outcome,
            id: row.id,
            conversation_id: row.conversation_id,
            seq: row.seq,
            change_seq: row.change_seq,
            client_id: row.client_id,
            sender_id: row.sender_id,
            kind: row.kind,
            epoch: row.epoch,
            version: row.version,
            sealed: row.sealed,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            expires_at: row.expires_at,
            key_keyring_id: row.key_keyring_id,
            key_sealed: row.key_sealed,
            parts: row.parts,
        })))
    }

    /// The text as the version after the one that is to be changed.
    async fn seal(&self, app: &App, target: &Target) -> Result<Sealed, Problem> {
        let key = app
            .open_epoch_key(self.conversation, &target.key)
            .await?
            .map_err(|reason| Problem::Internal(format!("a conversation's key does not open: {reason}")))?;
        let place = MessagePlace {
            id: self.message,
            sender: self.caller.user_id,
            kind: &target.kind,
            version: Revision(self.edit.version + 1),
        };
        let content = Content { text: Some(self.edit.text.0.clone()), ..Content::default() };
        Ok(Sealed {
            content: key.seal_message(&*app.random, place, &to_json(&content)?)?,
            tokens: tokens(&key, &content),
        })
    }
}
