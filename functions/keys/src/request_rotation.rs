//! `POST /v1/admin/keys/rotate`: has keys replaced. For admins.
//!
//! Keyring keys (K1) and their wrapping are replaced by the worker `rotate_keys`; conversations take another epoch (K2) with
//! the next thing that is said in them. Safe to repeat: what is being replaced already is answered as it is.

use serde::Serialize;
use serde_json::Value;
use shared::audit::Entry;
use shared::clock::Timestamp;
use shared::crypto::Purpose;
use shared::http::{Fields, Invalid, Parse};
use shared::id::ConversationId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

use crate::rotation::{Rotation, read};

/// What is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The active keyring key: another one seals, and everything is sealed again under it.
    Keyring,
    /// What wraps the keyring keys: the KMS key that the deployment is configured with, as it is now.
    KmsKey,
    /// Epochs of conversations.
    Epochs,
    /// The active keyring keys and the epochs of all conversations.
    All,
}

impl Parse for Target {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        match value.as_str() {
            Some("keyring") => Ok(Self::Keyring),
            Some("kms_key") => Ok(Self::KmsKey),
            Some("epochs") => Ok(Self::Epochs),
            Some("all") => Ok(Self::All),
            Some(_) => Err(Invalid::new("invalid_value", "must be keyring, kms_key, epochs or all")),
            None => Err(Invalid::wrong_type("a string")),
        }
    }
}

/// A purpose by its name.
struct Named(Purpose);

impl Parse for Named {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        let purpose = Purpose::named(name).map(Self);
        purpose.ok_or_else(|| Invalid::new("invalid_value", "must be content, credentials or media"))
    }
}

/// What the client sends.
struct Request {
    target: Target,
    /// Whose keyring key, or its wrapping; else that of each purpose.
    purpose: Option<Purpose>,
    /// Whose epochs; else those of all conversations.
    conversation: Option<ConversationId>,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let target: Option<Target> = fields.required("target");
        let purpose = fields.optional::<Named>("purpose").map(|named| named.0);
        let conversation = fields.optional::<Uuid>("conversation_id").map(ConversationId);
        if purpose.is_some() && matches!(target, Some(Target::Epochs | Target::All)) {
            fields
                .wrong::<()>("purpose", Invalid::new("not_for_target", "goes with keyring and kms_key only"));
        }
        if conversation.is_some() && target.is_some_and(|target| target != Target::Epochs) {
            fields.wrong::<()>("conversation_id", Invalid::new("not_for_target", "goes with epochs only"));
        }
        fields.finish(|| Some(Self { target: target?, purpose, conversation }))
    }

    /// The kind of rotation that the worker does for it.
    fn kind(&self) -> Option<&'static str> {
        match self.target {
            Target::Keyring | Target::All => Some("keyring"),
            Target::KmsKey => Some("kms_key"),
            Target::Epochs => None,
        }
    }

    fn purposes(&self) -> Vec<String> {
        let wanted = |purpose: &Purpose| self.purpose.is_none_or(|only| only == *purpose);
        Purpose::ALL.into_iter().filter(wanted).map(|purpose| purpose.name().to_owned()).collect()
    }

    fn ends_epochs(&self) -> bool {
        matches!(self.target, Target::Epochs | Target::All)
    }
}

/// What was asked for.
#[derive(Serialize)]
struct Requested {
    /// What the worker does for it.
    rotations: Vec<Rotation>,
    /// Epochs that began before this seal nothing any more.
    epochs_due_at: Option<Timestamp>,
}

/// Asks for it.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let request = Request::parse(call.fields()?)?;
    let purposes = request.purposes();
    let ids: Vec<Uuid> = purposes.iter().map(|_| app.new_id()).collect::<Result<_, _>>()?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/request_rotation.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageKeys.roles(),
            request.kind(),
            &ids,
            &purposes,
            request.ends_epochs(),
            request.conversation.map(|conversation| conversation.0),
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if !row.allowed {
        app.record(vec![Entry::refused(caller, "rotate_keys")]).await;
        return Err(Problem::RoleRequired);
    }
    if request.conversation.is_some() && row.epochs_due_at.is_none() {
        return Err(Problem::NotFound);
    }
    Reply::accepted(&Requested {
        rotations: read(&row.rotations)?,
        epochs_due_at: row.epochs_due_at.map(Timestamp::from),
    })
}
