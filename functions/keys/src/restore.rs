//! Putting a copy of the keyring back: checked whole before anything is changed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use shared::audit::{Entry, Event};
use shared::crypto::{Key, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use shared::keys::KmsKeys;
use shared::policy::Action;
use shared::{App, Caller, Problem};
use uuid::Uuid;

use crate::backup::{BackedUpKey, KeyBackup};
use crate::keyring::Keyring;

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Restored {
    deployment_id: Uuid,
    /// When the backup was made.
    made_at: String,
    keys: Vec<RestoredKey>,
}

/// What came of one key.
#[derive(Debug, Serialize)]
pub struct RestoredKey {
    id: KeyringId,
    purpose: &'static str,
    /// `kept`: it was there and opens; `added`: it was missing; `repaired`: it was there and did not open.
    outcome: &'static str,
    /// What opened the copy: its `own` KMS key, or the `recovery` key. Then it is wrapped under this deployment's own from now on.
    opened_by: &'static str,
}

/// A key of the backup that opens, with what to put into the keyring for it.
struct Opened {
    wrapped: WrappedKey,
    is_active: bool,
    key: Key,
    by: &'static str,
}

/// Checks a backup and puts back what is missing of it, for a caller who was let in or for a function that IAM has let in. What is refused
/// is recorded.
pub async fn restore(
    app: &App,
    kms_keys: &KmsKeys,
    keyring: &Keyring,
    caller: Option<Caller>,
    document: &str,
) -> Result<Restored, Problem> {
    let outcome = checked(app, kms_keys, keyring, caller, document).await;
    if let Err(problem) = &outcome
        && let Some(reason) = reason(problem)
    {
        let entry = Entry {
            event: Event::KeyBackupRefused,
            actor: caller,
            subject: None,
            detail: json!({"reason": reason}),
        };
        app.record(vec![entry]).await;
    }
    outcome
}

/// The reason of a refusal, as its event has it.
fn reason(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::BackupTorn => Some("torn"),
        Problem::BackupUnauthentic => Some("not_authentic"),
        Problem::BackupKeyClosed => Some("key_closed"),
        Problem::BackupForeign => Some("another_deployment"),
        Problem::BackupOutdated => Some("outdated"),
        _ => None,
    }
}

async fn checked(
    app: &App,
    kms_keys: &KmsKeys,
    keyring: &Keyring,
    caller: Option<Caller>,
    document: &str,
) -> Result<Restored, Problem> {
    let backup = KeyBackup::parse(document).map_err(|_| Problem::BackupTorn)?;
    let backed_up = backup.keys().ok_or(Problem::BackupTorn)?;
    if backup.deployment() != keyring.deployment {
        return Err(Problem::BackupForeign);
    }
    let is_backed_up = |id: KeyringId| backed_up.iter().any(|key| key.wrapped.id == id);
    if keyring.keys.iter().any(|key| key.is_used() && !is_backed_up(key.wrapped.id)) {
        return Err(Problem::BackupOutdated);
    }
    let mut opened = Vec::with_capacity(backed_up.len());
    for key in backed_up {
        opened.push(open(app, kms_keys, key).await?);
    }
    let voucher = opened.iter().find(|key| key.wrapped.id == backup.voucher());
    let voucher = voucher.filter(|key| key.wrapped.purpose == Purpose::Content);
    if !voucher.is_some_and(|voucher| backup.is_vouched_for_by(&voucher.key)) {
        return Err(Problem::BackupUnauthentic);
    }

    let (mut keys, mut to_put) = (Vec::with_capacity(opened.len()), Vec::new());
    for key in &opened {
        let known = keyring.keys.iter().find(|known| known.wrapped.id == key.wrapped.id);
        let outcome = match known {
            Some(known) if opens(app, &known.wrapped).await? => "kept",
            Some(_) => "repaired",
            None => "added",
        };
        if outcome != "kept" {
            to_put.push(row(key));
        }
        let (id, purpose) = (key.wrapped.id, key.wrapped.purpose.name());
        keys.push(RestoredKey { id, purpose, outcome, opened_by: key.by });
    }
    let restored =
        Restored { deployment_id: backup.deployment(), made_at: backup.made_at().to_owned(), keys };
    put(app, caller, &Value::Array(to_put), &json!({"digest": backup.digest(), "keys": restored.keys}))
        .await?;
    Ok(restored)
}

fn row(key: &Opened) -> Value {
    json!({
        "id": key.wrapped.id, "purpose": key.wrapped.purpose.name(), "active": key.is_active,
        "wrapped": STANDARD.encode(&key.wrapped.blob), "kms_key": key.wrapped.kms_key,
    })
}

/// Opens a key by its own KMS key, else by the recovery key: then it is wrapped under this deployment's KMS key, so that no other function
/// needs the right to the recovery key.
async fn open(app: &App, kms_keys: &KmsKeys, backed_up: BackedUpKey) -> Result<Opened, Problem> {
    let BackedUpKey { wrapped, recovery, is_active } = backed_up;
    let failure = match app.kms.unwrap(&wrapped).await {
        Ok(key) => return Ok(Opened { wrapped, is_active, key, by: "own" }),
        Err(failure) => failure,
    };
    tracing::warn!(keyring_id = %wrapped.id, %failure, "a key of the backup does not open by its own KMS key");
    let Some(recovery) = recovery else { return Err(not_opened(&failure)) };
    let key = app.kms.unwrap(&recovery).await.map_err(|failure| not_opened(&failure))?;
    let (purpose, id) = (wrapped.purpose, wrapped.id);
    let wrapped = app.kms.wrap(&key, purpose, id, kms_keys.of(purpose)).await.map_err(|failure| {
        tracing::error!(keyring_id = %id, %failure, "this deployment's KMS key wraps nothing");
        Problem::unavailable("this deployment's KMS key wraps nothing")
    })?;
    Ok(Opened { wrapped, is_active, key, by: "recovery" })
}

/// Whether what the keyring has opens.
async fn opens(app: &App, wrapped: &WrappedKey) -> Result<bool, Problem> {
    match app.kms.unwrap(wrapped).await {
        Ok(_) => Ok(true),
        Err(KmsFailure::Refused(_)) => Ok(false),
        // A whole Region may be away, which is what backups are for: then the copy that did open is the better one.
        Err(KmsFailure::Unavailable(reason)) => {
            tracing::warn!(keyring_id = %wrapped.id, reason, "the keyring's own copy cannot be tried now");
            Ok(false)
        }
    }
}

fn not_opened(failure: &KmsFailure) -> Problem {
    match failure {
        KmsFailure::Refused(_) => Problem::BackupKeyClosed,
        KmsFailure::Unavailable(_) => Problem::unavailable("the key service does not answer"),
    }
}

async fn put(app: &App, caller: Option<Caller>, keys: &Value, detail: &Value) -> Result<(), Problem> {
    let (roles, stamp) = (Action::ManageKeys.roles(), app.stamp()?);
    let (keys, detail) = (keys.to_string(), detail.to_string());
    let statement = || {
        sqlx::query_file!(
            "src/restore.sql",
            caller.map(|caller| caller.session_id.0),
            caller.map(|caller| caller.user_id.0),
            &roles,
            keys,
            stamp.id,
            stamp.address,
            stamp.request_id,
            detail,
        )
    };
    // Whoever lost the right between the two statements is told so.
    let row = app.database.fetch_one(statement).await?;
    if row.allowed { Ok(()) } else { Err(Problem::Unauthenticated) }
}
