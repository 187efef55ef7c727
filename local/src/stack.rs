//! What a running stack tells about itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    place::{Place, read_json},
};

/// The content of `stack.json`: where a running stack is reached.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Stack {
    /// The HTTP API as a client calls it, without a slash at its end.
    pub api_url: String,
    /// The WebSocket API as a client calls it.
    pub ws_url: String,
    /// The page that shows the API.
    pub swagger_url: String,
    /// The database as the functions reach it.
    pub database_url: String,
    /// The emulator's AWS APIs.
    pub aws_endpoint_url: String,
    /// The region that everything is in.
    pub region: String,
    /// Queue URLs by logical id.
    pub queues: BTreeMap<String, String>,
    /// The name of the media bucket.
    pub bucket: Option<String>,
    /// The name of the locked bucket of the audit log's checkpoints.
    #[serde(default)]
    pub checkpoint_bucket: Option<String>,
    /// The name of the locked bucket of copies of the keyring.
    #[serde(default)]
    pub key_backup_bucket: Option<String>,
    /// The name of the locked bucket of the ledger of what was destroyed.
    #[serde(default)]
    pub shred_ledger_bucket: Option<String>,
    /// The id of the key that content keys are wrapped with.
    pub kms_key_id: Option<String>,
    /// The id of the key that signs the audit log's checkpoints.
    #[serde(default)]
    pub audit_key_id: Option<String>,
    /// Lambda's names of the functions by the names of their binaries.
    pub functions: BTreeMap<String, String>,
}

impl Stack {
    /// The running stack of a place.
    pub(crate) fn running(place: &Place) -> Result<Self, Failure> {
        let not_up = || Failure::Other("the stack is not up: start it with `cargo run`".to_owned());
        read_json(&place.file("stack.json")).ok_or_else(not_up)
    }
}
