//! `POST /v1/admin/keys/restore`: puts a copy of the keyring back, after a check that it is whole, this deployment's, no older than what is
//! there, and that each of its keys opens. What is there and opens stays. Safe to repeat. For admins.
//!
//! Two statements: what is in the keyring decides what is checked, and KMS is asked between them.

use shared::audit::Entry;
use shared::keys::KmsKeys;
use shared::{App, Call, Problem, Reply};

use crate::keyring::Keyring;
use crate::restore::restore;

/// Puts it back.
pub async fn handle(app: &App, kms_keys: &KmsKeys, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let mut fields = call.fields()?;
    let document: Option<String> = fields.required("document");
    let document = fields.finish(|| document)?;
    let Ok(keyring) = Keyring::read(app, Some(caller)).await? else {
        app.record(vec![Entry::refused(caller, "restore_keys")]).await;
        return Err(Problem::RoleRequired);
    };
    Reply::ok(&restore(app, kms_keys, &keyring, Some(caller), &document).await?)
}
