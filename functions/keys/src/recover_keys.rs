//! Puts the keyring back where nobody can log in without it: `{}` for the newest copy in the locked bucket, `{"name": "…"}` for another one
//! there, `{"document": "…"}` for one that was kept elsewhere.
//!
//! Invoked by whoever may invoke it, by IAM, after a dump of the database was restored. The checks are those of `restore_keys`.

use serde::Deserialize;
use serde_json::Value;
use shared::keys::KmsKeys;
use shared::locked::{LockedBucket, Version};
use shared::{App, Problem};

use crate::backup::KeyBackup;
use crate::keyring::Keyring;
use crate::restore::restore;

/// Versions among which the newest copy must be.
const NEWEST: i32 = 10;

/// Which copy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: Option<String>,
    document: Option<String>,
}

/// Why nothing was recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryFailure {
    /// The event says nothing of the kind.
    #[error("the event must be {{}}, {{\"name\": \"…\"}} or {{\"document\": \"…\"}}: {0}")]
    Event(#[from] serde_json::Error),
    /// The bucket has no such copy.
    #[error("the bucket has no copy of this deployment's keyring{0}")]
    NoCopy(String),
    /// The copy was refused, or something was not available.
    #[error("{0}")]
    Problem(#[from] Problem),
}

/// Recovers the keyring; answers what came of each key.
pub async fn handle(
    app: &App,
    kms_keys: &KmsKeys,
    bucket: &dyn LockedBucket,
    event: Value,
) -> Result<Value, RecoveryFailure> {
    let wanted: Wanted = serde_json::from_value(event)?;
    let Ok(keyring) = Keyring::read(app, None).await? else {
        return Err(Problem::Internal("whom IAM lets in is allowed".to_owned()).into());
    };
    let document = match wanted.document {
        Some(document) => document,
        None => stored(bucket, &keyring, wanted.name).await?,
    };
    let restored = restore(app, kms_keys, &keyring, None, &document).await?;
    Ok(serde_json::to_value(restored)?)
}

/// What the bucket holds under a name, or the newest it has.
async fn stored(
    bucket: &dyn LockedBucket,
    keyring: &Keyring,
    name: Option<String>,
) -> Result<String, RecoveryFailure> {
    let names = name.clone().unwrap_or_else(|| KeyBackup::names_of(keyring.deployment));
    let versions = bucket.versions(&names, "", NEWEST).await.map_err(Problem::from)?;
    let found: Option<&Version> = versions.iter().find(|version| !version.is_deletion);
    let missing = || RecoveryFailure::NoCopy(name.map(|name| format!(" called {name}")).unwrap_or_default());
    let content = bucket.get(found.ok_or_else(missing)?).await.map_err(Problem::from)?;
    // What is no UTF-8 is no backup either.
    Ok(String::from_utf8_lossy(&content).into_owned())
}
