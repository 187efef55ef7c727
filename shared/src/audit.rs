//! Security events: what happened, who did it, to whom.
//!
//! A change writes its event in its own statement, with a [`Stamp`]; what was refused is written by [`App::record`] in a
//! statement of its own. Names follow the OWASP Logging Vocabulary
//! (<https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html>). An event holds ids, numbers and
//! fixed words, never what somebody wrote.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::http::Caller;
use crate::random::RandomFailure;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address, as the gateway saw it.
    pub address: Option<String>,
    /// The id that names the request in answers and logs.
    pub request_id: Option<String>,
}

impl Origin {
    /// That of the request being handled; nothing is known of it in a worker.
    #[must_use]
    pub fn current() -> Self {
        ORIGIN.try_with(Clone::clone).unwrap_or_default()
    }

    /// Does the work as part of a request from here.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        ORIGIN.scope(self, work).await
    }
}

/// What happened that was refused or has failed. What was done is named by the statement that does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A log-in with an unknown name or a wrong password.
    LoginFail,
    /// A wrong current password where one is asked for.
    PasswordCheckFail,
    /// Something that its caller has no right to.
    AuthorizationFail,
    /// Asked too often.
    LimitExceeded,
    /// Something sealed does not open.
    DecryptFail,
    /// A keyring key was refused by the key service.
    KeyRefused,
    /// The audit log is not as it was written.
    AuditVerifyFail,
    /// A backup of the keyring is not what it should be.
    KeyBackupRefused,
}

impl Event {
    /// The name in the vocabulary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LoginFail => "authn_login_fail",
            Self::PasswordCheckFail => "authn_password_check_fail",
            Self::AuthorizationFail => "authz_fail",
            Self::LimitExceeded => "excess_rate_limit_exceeded",
            Self::DecryptFail => "crypt_decrypt_fail",
            Self::KeyRefused => "crypt_key_refused",
            Self::AuditVerifyFail => "audit_verify_fail",
            Self::KeyBackupRefused => "crypt_key_backup_refused",
        }
    }

    /// For how long the same is not recorded again, however often it happens; `None` for what is bounded elsewhere: by a limit,
    /// or by who may ask at all.
    fn pause(self) -> Option<Duration> {
        match self {
            Self::DecryptFail => Some(Duration::from_hours(1)),
            Self::AuthorizationFail | Self::KeyRefused => Some(Duration::from_mins(1)),
            Self::LoginFail
            | Self::PasswordCheckFail
            | Self::LimitExceeded
            | Self::AuditVerifyFail
            | Self::KeyBackupRefused => None,
        }
    }
}

/// What makes two events the same, beside what they are and their detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sameness {
    /// Whom or what it was done to: what is broken is found by everybody who comes by.
    Subject(Uuid),
    /// Who did it: who is refused can ask about ever other things.
    Actor(Uuid),
}

/// One event to record.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Option<Caller>,
    /// Whom or what it was done to: the kind of thing and its id.
    pub subject: Option<(&'static str, Uuid)>,
    /// More of it: numbers, ids and fixed words.
    pub detail: Value,
}

impl Entry {
    /// An event about this thing.
    #[must_use]
    pub fn about(event: Event, kind: &'static str, id: Uuid) -> Self {
        Self { event, actor: None, subject: Some((kind, id)), detail: json!({}) }
    }

    /// An event of the caller's doing about nothing in particular.
    #[must_use]
    pub fn by(event: Event, actor: Caller) -> Self {
        Self { event, actor: Some(actor), subject: None, detail: json!({}) }
    }

    /// Something that the caller's role does not allow.
    #[must_use]
    pub fn refused(caller: Caller, action: &'static str) -> Self {
        let detail = json!({"reason": "role_required", "action": action});
        Self { event: Event::AuthorizationFail, actor: Some(caller), subject: None, detail }
    }

    /// What must be the same for it to be recorded once in [`Event::pause`].
    fn sameness(&self) -> Option<Sameness> {
        match self.event {
            Event::AuthorizationFail => self.actor.map(|actor| Sameness::Actor(actor.user_id.0)),
            _ => self.subject.map(|(_, id)| Sameness::Subject(id)),
        }
    }

    /// The same with more of it.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// What a statement writes into the event of its own change: a fresh id, so that a repeat writes it once, and the origin.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The event's id.
    pub id: Uuid,
    /// [`Origin::address`].
    pub address: Option<String>,
    /// [`Origin::request_id`].
    pub request_id: Option<String>,
}

/// A row of `audit_events`.
#[derive(Serialize)]
struct Row {
    id: Uuid,
    event: &'static str,
    actor_id: Option<Uuid>,
    session_id: Option<Uuid>,
    subject_type: Option<&'static str>,
    subject_id: Option<Uuid>,
    address: Option<String>,
    request_id: Option<String>,
    detail: Value,
    /// For how many seconds the same is not recorded again.
    pause_s: u64,
    same_actor: Option<Uuid>,
    same_subject: Option<Uuid>,
}

impl App {
    /// For the event of a change.
    ///
    /// # Errors
    /// [`RandomFailure`] when there are no random bytes.
    pub fn stamp(&self) -> Result<Stamp, RandomFailure> {
        let Origin { address, request_id } = Origin::current();
        Ok(Stamp { id: self.new_id()?, address, request_id })
    }

    /// Records what was refused or has failed. Never fails the request: an event that cannot be written is logged.
    ///
    /// What anybody can bring about as often as they like is recorded once in a while: that the same thing does not open for the
    /// same reason once an hour; that a key is refused, and that somebody is refused what they have no right to, once a minute.
    pub async fn record(&self, mut entries: Vec<Entry>) {
        let now = self.clock.monotonic();
        entries.retain(|entry| match (entry.event.pause(), entry.sameness()) {
            (Some(pause), Some(same)) => {
                let what = format!("{} {}", entry.event.name(), entry.detail);
                self.recorded.is_new(same, what, now, pause)
            }
            _ => true,
        });
        if entries.is_empty() {
            return;
        }
        if let Err(failure) = self.write(entries).await {
            tracing::error!(%failure, "security events could not be written");
            self.recorded.forget();
        }
    }

    async fn write(&self, entries: Vec<Entry>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            let Stamp { id, address, request_id } = self.stamp()?;
            let (same_actor, same_subject) = match entry.event.pause().and(entry.sameness()) {
                Some(Sameness::Actor(id)) => (Some(id), None),
                Some(Sameness::Subject(id)) => (None, Some(id)),
                None => (None, None),
            };
            let row = Row {
                id,
                event: entry.event.name(),
                actor_id: entry.actor.map(|actor| actor.user_id.0),
                session_id: entry.actor.map(|actor| actor.session_id.0),
                subject_type: entry.subject.map(|(kind, _)| kind),
                subject_id: entry.subject.map(|(_, id)| id),
                address,
                request_id,
                pause_s: entry.event.pause().unwrap_or_default().as_secs(),
                same_actor,
                same_subject,
                detail: entry.detail,
            };
            tracing::warn!(event = row.event, subject_id = ?row.subject_id, detail = %row.detail, "a security event");
            rows.push(row);
        }
        let rows = serde_json::to_string(&rows)?;
        let statement = || {
            sqlx::query!(
                r#"
                INSERT INTO audit_events
                    (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
                SELECT entry.id, entry.event, entry.actor_id, entry.session_id, entry.subject_type, entry.subject_id,
                       entry.address, entry.request_id, entry.detail
                FROM jsonb_to_recordset($1::text::jsonb) AS entry (
                    id uuid, event text, actor_id uuid, session_id uuid, subject_type text, subject_id uuid,
                    address text, request_id text, detail jsonb, pause_s integer, same_actor uuid, same_subject uuid
                )
                -- Another environment may have recorded the same. No EXISTS: that may be planned as a hash of all events there are.
                WHERE (
                    SELECT true FROM audit_events AS before
                    WHERE before.subject_id = entry.same_subject AND before.at > now() - make_interval(secs => entry.pause_s)
                      AND before.event = entry.event AND before.detail = entry.detail
                    LIMIT 1
                ) IS NULL
                AND (
                    SELECT true FROM audit_events AS before
                    WHERE before.actor_id = entry.same_actor AND before.at > now() - make_interval(secs => entry.pause_s)
                      AND before.event = entry.event AND before.detail = entry.detail
                    LIMIT 1
                ) IS NULL
                ON CONFLICT (id) DO NOTHING
                RETURNING id
                "#,
                rows,
            )
        };
        self.database.fetch_all(statement).await?;
        Ok(())
    }
}
