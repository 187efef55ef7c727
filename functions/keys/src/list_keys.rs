//! `GET /v1/admin/keys`: the keyring keys, what is sealed under them, how they are used, and the rotations of late. For admins and
//! auditors; no bytes of any key.

use serde::{Deserialize, Serialize};
use shared::audit::Entry;
use shared::clock::Timestamp;
use shared::id::KeyringId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use time::{Duration, OffsetDateTime};

use crate::rotation::{Milliseconds, Rotation, read};

/// What is sealed under a key is counted so far, so that a million rows cost no more than these.
const COUNTS_TO: i64 = 10_000;

#[derive(Serialize)]
struct Inventory {
    /// The newest first; a hundred at the most.
    items: Vec<KeyringKey>,
    /// The latest twenty, the newest first.
    rotations: Vec<Rotation>,
    /// Epochs of all conversations that began before this seal nothing any more; `null`: that was never asked for.
    epochs_due_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct KeyringKey {
    id: KeyringId,
    /// `content`, `credentials` or `media`.
    purpose: String,
    /// `active`, `opening` or `retired`.
    state: String,
    /// The ARN of the KMS key that wraps it.
    kms_key: String,
    created_at: Timestamp,
    /// Whole days since then.
    age_days: i64,
    replaced_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
    holds: Held,
    /// By day, the latest first.
    usage: Vec<Used>,
}

/// How many of each kind are sealed under it; 10,000 stands for that many or more.
#[derive(Serialize)]
struct Held {
    epoch_keys: i64,
    emails: i64,
    passwords: i64,
    kept_answers: i64,
    media: i64,
    reports: i64,
    devices: i64,
    webhooks: i64,
}

/// A day's use, as the statement writes it.
#[derive(Deserialize)]
struct UsedRow {
    day: String,
    seals: i64,
    opens: i64,
    unwraps: i64,
    kms_calls: i64,
    failures: i64,
    first_used_at_ms: Milliseconds,
    last_used_at_ms: Milliseconds,
}

#[derive(Serialize)]
struct Used {
    /// UTC.
    day: String,
    /// Things sealed directly under it.
    seals: i64,
    /// Things opened that were, other than epoch keys.
    opens: i64,
    /// Epoch keys opened.
    unwraps: i64,
    kms_calls: i64,
    failures: i64,
    first_used_at: Timestamp,
    last_used_at: Timestamp,
}

impl From<UsedRow> for Used {
    fn from(row: UsedRow) -> Self {
        Self {
            day: row.day,
            seals: row.seals,
            opens: row.opens,
            unwraps: row.unwraps,
            kms_calls: row.kms_calls,
            failures: row.failures,
            first_used_at: row.first_used_at_ms.into(),
            last_used_at: row.last_used_at_ms.into(),
        }
    }
}

/// The statement's rows: `list_keys.sql`.
struct Row {
    session_live: bool,
    allowed: bool,
    epochs_due_at_ms: Option<i64>,
    rotations: String,
    id: Option<uuid::Uuid>,
    purpose: Option<String>,
    state: Option<String>,
    kms_key: Option<String>,
    created_at: Option<OffsetDateTime>,
    replaced_at: Option<OffsetDateTime>,
    retired_at: Option<OffsetDateTime>,
    epoch_keys: i64,
    emails: i64,
    passwords: i64,
    kept_answers: i64,
    media: i64,
    reports: i64,
    devices: i64,
    webhooks: i64,
    usage: String,
}

/// Answers the inventory.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_keys.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadKeys.roles(),
            stamp.id,
            stamp.address,
            stamp.request_id,
            COUNTS_TO,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let first = rows.first().ok_or_else(|| Problem::Internal("there is no policy of keys".to_owned()))?;
    if !first.session_live {
        return Err(Problem::Unauthenticated);
    }
    if !first.allowed {
        app.record(vec![Entry::refused(caller, "list_keys")]).await;
        return Err(Problem::RoleRequired);
    }
    let rotations = read(&first.rotations)?;
    let due = first.epochs_due_at_ms.map(|time| Timestamp::from(Milliseconds::of(time)));
    let now = app.clock.now();
    let keys: Vec<Option<KeyringKey>> =
        rows.into_iter().map(|row| row.into_key(now)).collect::<Result<_, _>>()?;
    Reply::ok(&Inventory { items: keys.into_iter().flatten().collect(), rotations, epochs_due_at: due })
}

impl Row {
    /// The key of this row, if it has one.
    fn into_key(self, now: OffsetDateTime) -> Result<Option<KeyringKey>, Problem> {
        let usage: Vec<UsedRow> = serde_json::from_str(&self.usage)
            .map_err(|failure| Problem::Internal(format!("the use of a key: {failure}")))?;
        let key = || {
            let created_at = self.created_at?;
            Some(KeyringKey {
                id: self.id?.into(),
                purpose: self.purpose?,
                state: self.state?,
                kms_key: self.kms_key?,
                created_at: created_at.into(),
                age_days: (now - created_at).max(Duration::ZERO).whole_days(),
                replaced_at: self.replaced_at.map(Timestamp::from),
                retired_at: self.retired_at.map(Timestamp::from),
                holds: Held {
                    epoch_keys: self.epoch_keys,
                    emails: self.emails,
                    passwords: self.passwords,
                    kept_answers: self.kept_answers,
                    media: self.media,
                    reports: self.reports,
                    devices: self.devices,
                    webhooks: self.webhooks,
                },
                usage: usage.into_iter().map(Used::from).collect(),
            })
        };
        Ok(key())
    }
}
