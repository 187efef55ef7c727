//! `POST /v1/conversations/{conversation_id}/messages`: stores one encrypted message.
//!
//! Safe to repeat by `client_id`, for ever: the same request gets the same message with 200 instead of 201. One round
//! trip to Postgres when this environment has sent to the conversation before; one more to learn its key otherwise.

use shared::crypto::{Context, EpochKey, Purpose, SealedEpochKey, fingerprint};
use shared::database::DatabaseFailure;
use shared::http::{FieldError, Fields, Invalid};
use shared::id::{ConversationId, Epoch, MessageId, OutboxId, Revision};
use shared::membership::GroupAction;
use shared::message::{Mention, MessageParts, MessagePlace, MessageRow};
use shared::rate::{Limited, Taken};
use shared::remembered::EpochHint;
use shared::{App, Call, Caller, Problem, Reply};
use subtle::ConstantTimeEq;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::new_message::{NewMessage, to_json};
use crate::words::tokens;

/// How often to try while the conversation's key changes or the same `client_id` is being sent beside us: each of the
/// two can happen once between two tries, and then only by the clock of a person or of a rotation.
const ATTEMPTS: usize = 6;

/// How long an epoch seals: the SQL function `epoch_serves` has the same.
const EPOCH_SERVES_FOR: time::Duration = time::Duration::days(7);

/// What does not change between attempts.
struct Sending {
    caller: Caller,
    conversation: ConversationId,
    request: NewMessage,
    id: MessageId,
    event: OutboxId,
    /// The roles that post where only admins do.
    posters: Vec<String>,
}

/// What the message is sealed under.
enum Under {
    /// Nothing: to learn which key it must be.
    Nothing,
    /// An epoch that there is.
    Latest(SealedEpochKey),
    /// One that begins with this message, because another one is due.
    Next(Epoch),
}

/// What is written if it is sealed under the key that it must be sealed under.
struct Sealed {
    epoch: i32,
    /// The key, where it is a fresh one.
    begun: Option<SealedEpochKey>,
    content: Vec<u8>,
    fingerprint: Vec<u8>,
    tokens: Option<Vec<i64>>,
}

/// The statement's one row: `send_message.sql`.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the statement")]
struct Row {
    session_live: bool,
    member: bool,
    blocked: bool,
    muzzled: bool,
    quoted: bool,
    sent: bool,
    limit_allowed: Option<bool>,
    limit_ahead_us: Option<i64>,
    limit_newly_refused: Option<bool>,
    /// For each file to be attached what is wrong with it: empty when nothing is.
    media_faults: Vec<String>,
    /// Those of the mentioned who are no members.
    strangers: Vec<Uuid>,
    id: Option<Uuid>,
    conversation_id: Option<Uuid>,
    seq: Option<i64>,
    change_seq: Option<i64>,
    epoch: Option<i32>,
    kind: Option<String>,
    version: Option<i32>,
    sealed: Option<Vec<u8>>,
    request_fingerprint: Option<Vec<u8>>,
    created_at: Option<OffsetDateTime>,
    edited_at: Option<OffsetDateTime>,
    deleted_at: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
    parts: Option<String>,
    key_keyring_id: Option<Uuid>,
    key_sealed: Option<Vec<u8>>,
    day: Option<Date>,
    serving_epoch: Option<i32>,
    serving_keyring_id: Option<Uuid>,
    serving_sealed: Option<Vec<u8>>,
    serves: Option<bool>,
    due_at: Option<OffsetDateTime>,
    next_epoch: Option<i32>,
    active_keyring_id: Option<Uuid>,
    request_key_epoch: Option<i32>,
    request_key_keyring_id: Option<Uuid>,
    request_key_sealed: Option<Vec<u8>>,
}

/// Sends the message.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let (caller, conversation) = (call.caller()?, call.path_id("conversation_id")?);
    send(app, caller, conversation, call.fields()?).await
}

/// Sends the message of these fields, whichever way they came.
///
/// # Errors
/// What the endpoint answers.
pub async fn send(
    app: &App,
    caller: Caller,
    conversation: ConversationId,
    fields: Fields,
) -> Result<Reply, Problem> {
    let sending = Sending {
        caller,
        conversation,
        request: NewMessage::parse(fields)?,
        id: app.new_id()?,
        event: app.new_event()?,
        posters: GroupAction::PostAmongAdmins.roles(),
    };

    let mut day = sending.day(app);
    let mut under = sending.remembered(app, day);
    for _ in 0..ATTEMPTS {
        let sealed = sending.seal(app, under).await?;
        let row = match sending.run(app, &sealed, day).await {
            // Somebody has begun another epoch of this number beside us: the next attempt finds it.
            Err(failure) if failure.constraint() == Some("conversation_keys_pkey") => {
                under = Under::Nothing;
                continue;
            }
            // The same client_id was being sent beside us and is committed now: the next attempt finds it.
            Err(failure) if failure.constraint() == Some("messages_client_id_key") => {
                under = Under::Nothing;
                continue;
            }
            // What was to be attached went at this moment: the next attempt says so.
            Err(failure) if failure.constraint() == Some("message_media_media_id_fkey") => {
                under = Under::Nothing;
                continue;
            }
            outcome => outcome?,
        };
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        if !row.member {
            return Err(Problem::NotFound);
        }
        if let Some(taken) = row.taken() {
            app.admit(Limited::Send, taken, Some(sending.caller), None).await?;
        }
        if let Some(active) = row.active_keyring_id {
            app.active_keys.set(Purpose::Content, active.into(), &*app.clock);
        }
        if row.id.is_some() {
            if row.sent {
                sending.remember(app, &row, sealed.begun);
            }
            return sending.answer(app, row).await;
        }
        if row.blocked {
            return Err(Problem::NotAllowed);
        }
        if row.muzzled {
            return Err(Problem::RoleRequired);
        }
        sending.refuse(&row)?;
        // The key was unknown, is no longer the latest one, or another is due: nothing was written; try again with that.
        day = row.day;
        under = row.under().ok_or_else(|| Problem::Internal("a conversation has no epoch".to_owned()))?;
    }
    Err(Problem::unavailable("the conversation's key changed at every attempt"))
}

impl Sending {
    /// The day on which it disappears, by this clock; the statement's own decides, and where the conversation keeps nothing
    /// for longer than that, that day.
    fn day(&self, app: &App) -> Option<Date> {
        let seconds = self.request.expires_in_s?;
        Some((app.clock.now() + time::Duration::seconds(seconds)).date())
    }

    /// What it must be sealed under as far as this process knows.
    fn remembered(&self, app: &App, day: Option<Date>) -> Under {
        match app.epoch_hints.get(self.conversation, day) {
            Some(EpochHint { due: Some((due_at, next)), .. }) if due_at <= app.clock.now() => {
                Under::Next(next)
            }
            Some(EpochHint { key, .. }) => Under::Latest(key),
            None => Under::Nothing,
        }
    }

    /// Remembers what the next message is to be sealed under.
    fn remember(&self, app: &App, row: &Row, begun: Option<SealedEpochKey>) {
        let hint = match begun {
            Some(key) => {
                let next = Epoch(key.epoch.0.saturating_add(1));
                Some(EpochHint { due: Some((app.clock.now() + EPOCH_SERVES_FOR, next)), key })
            }
            None => row.latest().map(|key| EpochHint { due: row.due_at.zip(row.next_epoch.map(Epoch)), key }),
        };
        if let Some(hint) = hint {
            app.epoch_hints.set(self.conversation, row.day, hint);
        }
    }

    async fn seal(&self, app: &App, under: Under) -> Result<Sealed, Problem> {
        let (key, begun) = match under {
            Under::Nothing => return Ok(Sealed::nothing()),
            Under::Latest(key) => {
                let opened = app.open_epoch_key(self.conversation, &key).await?;
                let closed =
                    |reason| Problem::Internal(format!("a conversation's key does not open: {reason}"));
                (opened.map_err(closed)?, None)
            }
            Under::Next(next) => {
                let (key, sealed) = app.new_epoch_key(self.conversation, next).await?;
                (key, Some(sealed))
            }
        };
        let place = MessagePlace {
            id: self.id,
            sender: self.caller.user_id,
            kind: self.request.kind.name(),
            version: Revision(1),
        };
        let content = to_json(&self.request.content)?;
        Ok(Sealed {
            epoch: key.epoch.0,
            begun,
            content: key.seal_message(&*app.random, place, &content)?,
            fingerprint: self.fingerprint(&key)?.to_vec(),
            tokens: tokens(&key, &self.request.content),
        })
    }

    fn fingerprint(&self, key: &EpochKey) -> Result<[u8; 32], Problem> {
        let context = Context::SendRequest {
            conversation: self.conversation,
            sender: self.caller.user_id,
            client_id: self.request.client_id,
        };
        Ok(fingerprint(&key.key, &context, &self.request.canonical()?))
    }

    /// What of the request the statement found to be wrong.
    fn refuse(&self, row: &Row) -> Result<(), Problem> {
        let mut errors: Vec<FieldError> = Vec::new();
        for (index, fault) in row.media_faults.iter().enumerate() {
            let invalid = match fault.as_str() {
                "" => continue,
                "wrong_kind" => Invalid::new("wrong_kind", "is of another kind than the message's type"),
                "not_ready" => Invalid::new("not_ready", "has not been made ready yet"),
                _ => Invalid::new("unknown_media", "is no upload of yours"),
            };
            errors.push(invalid.into_error(&format!("media_ids[{index}]")));
        }
        if self.request.reply_to.is_some() && !row.quoted {
            let invalid =
                Invalid::new("not_found", "is no message of this conversation that can be answered");
            errors.push(invalid.into_error("reply_to"));
        }
        for (index, mention) in self.request.mentions.iter().enumerate() {
            if row.strangers.contains(&mention.id()) {
                let invalid = Invalid::new("not_a_member", "is no member of this conversation");
                errors.push(invalid.into_error(&format!("mentions[{index}]")));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::InvalidRequest(errors)) }
    }

    async fn run(&self, app: &App, sealed: &Sealed, day: Option<Date>) -> Result<Row, DatabaseFailure> {
        let rate = app.rate_limits.of(Limited::Send);
        let media_ids: Vec<Uuid> = self.request.media_ids.iter().map(|id| id.0).collect();
        let mentioned: Vec<Uuid> = self.request.mentioned().into_iter().map(Mention::id).collect();
        let statement = || {
            sqlx::query_file_as!(
                Row,
                "src/send_message.sql",
                self.caller.session_id.0,
                self.caller.user_id.0,
                self.conversation.0,
                self.id.0,
                self.request.client_id.0,
                sealed.epoch,
                self.request.kind.name(),
                sealed.content,
                sealed.fingerprint,
                self.event.0,
                &media_ids,
                self.request.reply_to.map(|id| id.0),
                &mentioned,
                self.request.expires_in_s,
                rate.period_us(),
                rate.burst(),
                &self.posters,
                sealed.tokens.as_deref(),
                sealed.begun.as_ref().map(|key| key.keyring.0),
                sealed.begun.as_ref().map(|key| key.sealed.as_slice()),
                day,
            )
        };
        app.database.fetch_one(statement).await
    }

    async fn answer(&self, app: &App, row: Row) -> Result<Reply, Problem> {
        let sent = row.sent;
        let written_for = row.request_fingerprint.clone().unwrap_or_default();
        let request_key = row.request_key();
        let message = row.message(self)?;
        let written_under = request_key.or_else(|| message.epoch_key());
        if !sent && !self.is_repeat_of(app, &message, written_under, &written_for).await? {
            return Err(Problem::IdempotencyKeyReused);
        }
        let message = app.open_message(&message).await?;
        if sent { Reply::created(&message) } else { Reply::ok(&message) }
    }

    /// Whether the stored message came of this very request. When its key is gone nobody can tell, and the message
    /// itself is unreadable: then the benefit of the doubt does no harm.
    async fn is_repeat_of(
        &self,
        app: &App,
        earlier: &MessageRow,
        written_under: Option<SealedEpochKey>,
        written_for: &[u8],
    ) -> Result<bool, Problem> {
        if earlier.conversation_id != self.conversation.0 {
            return Ok(false);
        }
        let Some(key) = written_under else { return Ok(true) };
        match app.open_epoch_key(self.conversation, &key).await? {
            Ok(key) => Ok(self.fingerprint(&key)?.as_slice().ct_eq(written_for).into()),
            Err(_) => Ok(true),
        }
    }
}

impl Sealed {
    /// For the attempt that only learns the key: no conversation has an epoch 0.
    fn nothing() -> Self {
        Self { epoch: 0, begun: None, content: Vec::new(), fingerprint: Vec::new(), tokens: None }
    }
}

impl Row {
    /// What was taken of the sender's limit, if anything was to be written.
    fn taken(&self) -> Option<Taken> {
        Some(Taken {
            allowed: self.limit_allowed?,
            ahead_us: self.limit_ahead_us?,
            newly_refused: self.limit_newly_refused?,
        })
    }

    /// The latest epoch of the message's day, or of what stays.
    fn latest(&self) -> Option<SealedEpochKey> {
        Some(SealedEpochKey {
            epoch: self.serving_epoch?.into(),
            keyring: self.serving_keyring_id?.into(),
            sealed: self.serving_sealed.clone()?,
        })
    }

    /// What to seal under at the next attempt.
    fn under(&self) -> Option<Under> {
        match self.latest() {
            Some(key) if self.serves == Some(true) => Some(Under::Latest(key)),
            _ => self.next_epoch.map(|next| Under::Next(Epoch(next))),
        }
    }

    /// The key that fingerprinted the request, where it is not the one that seals the message now.
    fn request_key(&self) -> Option<SealedEpochKey> {
        Some(SealedEpochKey {
            epoch: self.request_key_epoch?.into(),
            keyring: self.request_key_keyring_id?.into(),
            sealed: self.request_key_sealed.clone()?,
        })
    }

    fn message(self, sending: &Sending) -> Result<MessageRow, Problem> {
        let parts = MessageParts::read(self.parts.as_deref())?;
        let row = || {
            Some(MessageRow {
                id: self.id?,
                conversation_id: self.conversation_id?,
                seq: self.seq?,
                change_seq: self.change_seq?,
                client_id: sending.request.client_id.0,
                sender_id: sending.caller.user_id.0,
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
        row().ok_or_else(|| Problem::Internal("a message came without its columns".to_owned()))
    }
}
