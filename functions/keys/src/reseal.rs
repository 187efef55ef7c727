//! Sealing again, under another keyring key, what is sealed directly under one.
//!
//! Batches by primary key; each row is changed only while it holds the bytes that were opened. So it may be killed anywhere and
//! run twice at once, and whatever changes a row beside it wins.

use serde_json::json;
use shared::App;
use shared::audit::{Entry, Event};
use shared::crypto::{Context, OpenFailure, PersonalColumn, Purpose};
use shared::http::Problem;
use shared::id::{
    ConversationId, DeviceId, Epoch, KeyringId, MediaId, ReportId, Revision, SecretId, UserId, WebhookId,
};
use shared::keys::KeyringKey;
use uuid::Uuid;

mod rows;

/// Rows that one statement changes.
const BATCH: i64 = 1_000;

/// What is sealed directly under a keyring key. A test holds this to the columns that name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `conversation_keys`
    EpochKey,
    /// `users.email_sealed`
    Email,
    /// `idempotency`
    KeptAnswer,
    /// `media.details_sealed`
    Media,
    /// `reports.comment_sealed`
    Report,
    /// `devices`
    Device,
    /// `webhooks.secret_sealed`
    WebhookSecret,
    /// `webhooks.old_sealed`
    OldWebhookSecret,
    /// `credentials`
    Password,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 9] = [
        Self::EpochKey,
        Self::Email,
        Self::KeptAnswer,
        Self::Media,
        Self::Report,
        Self::Device,
        Self::WebhookSecret,
        Self::OldWebhookSecret,
        Self::Password,
    ];

    /// The column that names the keyring key.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::EpochKey => "conversation_keys.keyring_id",
            Self::Email => "users.email_keyring_id",
            Self::KeptAnswer => "idempotency.keyring_id",
            Self::Media => "media.details_keyring_id",
            Self::Report => "reports.comment_keyring_id",
            Self::Device => "devices.keyring_id",
            Self::WebhookSecret => "webhooks.secret_keyring_id",
            Self::OldWebhookSecret => "webhooks.old_keyring_id",
            Self::Password => "credentials.keyring_id",
        }
    }

    /// What the keys are for that seal it.
    #[must_use]
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Password => Purpose::Credentials,
            Self::Media => Purpose::Media,
            _ => Purpose::Content,
        }
    }

    /// What the keys were for that sealed it in versions before this one, where that was something else
    /// (docs/decisions/0065).
    #[must_use]
    pub fn purpose_before(self) -> Option<Purpose> {
        (self == Self::Media).then_some(Purpose::Content)
    }

    /// What audit events call what it belongs to.
    fn subject(self) -> &'static str {
        match self {
            Self::EpochKey => "conversation",
            Self::Email | Self::Password => "user",
            Self::KeptAnswer => "kept_answer",
            Self::Media => "media",
            Self::Report => "report",
            Self::Device => "device",
            Self::WebhookSecret | Self::OldWebhookSecret => "webhook",
        }
    }
}

/// A row of one of the tables.
struct Item {
    /// Its primary key, but for that of kept answers; of a device together with its owner.
    id: Uuid,
    /// Whose it is, where that is bound; of a webhook which of its secrets.
    owner: Uuid,
    /// An epoch, or a version of a password.
    number: i32,
    /// The primary key of kept answers; the platform of a device.
    key: Vec<u8>,
    /// What is sealed.
    sealed: Vec<u8>,
}

impl Item {
    fn context(&self, kind: Kind, keyring: KeyringId) -> Option<Context<'_>> {
        Some(match kind {
            Kind::EpochKey => Context::ConversationKey {
                conversation: ConversationId(self.id),
                epoch: Epoch(self.number),
                keyring,
            },
            Kind::Email => Context::Personal { user: UserId(self.id), column: PersonalColumn::Email },
            Kind::KeptAnswer => Context::KeptAnswer { key: self.key.as_slice().try_into().ok()?, keyring },
            Kind::Media => Context::Media { media: MediaId(self.id), owner: UserId(self.owner) },
            Kind::Report => Context::Report { report: ReportId(self.id), reporter: UserId(self.owner) },
            Kind::Device => Context::Device {
                device: DeviceId(self.id),
                user: UserId(self.owner),
                platform: std::str::from_utf8(&self.key).ok()?,
            },
            Kind::WebhookSecret | Kind::OldWebhookSecret => {
                Context::WebhookSecret { webhook: WebhookId(self.id), secret: SecretId(self.owner) }
            }
            Kind::Password => Context::PasswordHash { user: UserId(self.id), version: Revision(self.number) },
        })
    }

    /// The same under another key.
    fn resealed(
        &self,
        app: &App,
        kind: Kind,
        from: &KeyringKey,
        to: &KeyringKey,
    ) -> Result<Result<Vec<u8>, OpenFailure>, Problem> {
        let contexts = self.context(kind, from.id).zip(self.context(kind, to.id));
        let Some((old, new)) = contexts else { return Ok(Err(OpenFailure::Format)) };
        match app.open_under(from, &old, &self.sealed) {
            Ok(plaintext) => Ok(Ok(app.seal_under(to, &new, &plaintext)?)),
            Err(reason) => Ok(Err(reason)),
        }
    }
}

/// Where a walk along one kind is.
struct Place {
    id: Uuid,
    owner: Uuid,
    number: i32,
    key: Vec<u8>,
}

/// How a walk has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walk {
    /// So many things are sealed under the other key now.
    pub done: i64,
    /// So many do not open; they stay as they are.
    pub failed: i64,
    /// Whether it went to the end.
    pub is_whole: bool,
}

/// Seals everything again that is sealed under `from`, until `stop` says so.
///
/// # Errors
/// [`Problem::Unavailable`] when Postgres is away; what was done is done.
pub async fn walk(
    app: &App,
    kind: Kind,
    from: &KeyringKey,
    to: &KeyringKey,
    stop: impl Fn() -> bool,
) -> Result<Walk, Problem> {
    let mut walk = Walk::default();
    let mut place = Place { id: Uuid::nil(), owner: Uuid::nil(), number: 0, key: Vec::new() };
    loop {
        if stop() {
            return Ok(walk);
        }
        let items = rows::read(app, kind, from.id, &place, BATCH).await?;
        let Some(last) = items.last() else { break };
        place = Place { id: last.id, owner: last.owner, number: last.number, key: last.key.clone() };
        let is_last = items.len() < usize::try_from(BATCH).unwrap_or_default();
        let (batch, failures) = reseal(app, kind, from, to, items)?;
        walk.failed += i64::try_from(failures.len()).unwrap_or_default();
        app.record(failures).await;
        walk.done += rows::write(app, kind, from.id, to.id, batch).await?;
        if is_last {
            break;
        }
    }
    walk.is_whole = true;
    Ok(walk)
}

/// Rows with what they are to hold, and events of those that do not open.
type Resealed = (Vec<(Item, Vec<u8>)>, Vec<Entry>);

fn reseal(
    app: &App,
    kind: Kind,
    from: &KeyringKey,
    to: &KeyringKey,
    items: Vec<Item>,
) -> Result<Resealed, Problem> {
    let (mut batch, mut failures) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        match item.resealed(app, kind, from, to)? {
            Ok(sealed) => batch.push((item, sealed)),
            Err(reason) => {
                let entry = Entry::about(Event::DecryptFail, kind.subject(), item.id);
                failures.push(entry.with(json!({
                    "column": kind.column(),
                    "number": item.number,
                    "keyring_id": from.id,
                    "reason": reason.to_string(),
                })));
            }
        }
    }
    Ok((batch, failures))
}
