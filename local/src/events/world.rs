//! The few people and things that events speak of: of an example that is nowhere, or of one that was made in a running stack.
//!
//! What an event ends or uses up is a thing of its own, so that all events of a world can be used, in any order.

mod maker;

use serde_json::{Value, json};

use self::maker::Maker;
use crate::{Failure, Stack};

/// Everybody's, as in the examples of `openapi.yaml`.
const PASSWORD: &str = "seven green bottles";
/// The examples' id of a user.
const SOMEBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub username: String,
    session_id: String,
    pub access_token: String,
    refresh_token: String,
}

/// What events speak of.
#[derive(Clone, Debug)]
pub struct World {
    /// Who makes the requests: an admin.
    pub user: Account,
    /// With whom `user` has a direct conversation; in the group too.
    other: Account,
    /// In the group.
    third: Account,
    /// In nothing: one who is erased, one who is blocked, one who is added to the group.
    leaving: Account,
    blocked: Account,
    newcomer: Account,
    /// Sessions of `user`: one that is ended from elsewhere, one that ends itself, one that is renewed.
    spare: [Account; 3],
    /// The name that is still free.
    free_username: String,
    /// A direct conversation.
    pub conversation: String,
    group: String,
    closing_group: String,
    /// A message of `user`, one of `other`, and one to be deleted.
    messages: [String; 3],
    /// A file that was uploaded.
    pub media: String,
    unsent_media: String,
    webhook: String,
    closing_webhook: String,
    report: String,
    device: String,
    /// An export that was asked for.
    pub export: String,
    /// An event that nobody knows.
    pub event: String,
    /// The gateway's name for a socket.
    pub connection: String,
    /// Opens a socket.
    pub ticket: String,
    /// The bucket of media.
    pub bucket: String,
    /// A copy of the keyring.
    keyring: String,
}

impl World {
    /// The example of `openapi.yaml`, which is nowhere.
    pub fn example() -> Self {
        let id = |number: u8| format!("01890a5d-ac96-774b-bcce-b302099a8{number:03}");
        let account = |number: u8, username: &str| Account {
            id: id(number),
            username: username.to_owned(),
            session_id: id(number + 1),
            access_token: format!("tka_{username}"),
            refresh_token: format!("tkr_{username}"),
        };
        Self {
            user: account(10, "alice"),
            other: account(20, "bob"),
            third: account(30, "carol"),
            leaving: account(40, "dave"),
            blocked: account(43, "mallory"),
            newcomer: account(46, "erin"),
            spare: [50, 53, 56].map(|number| account(number, "alice")),
            free_username: "frank".to_owned(),
            conversation: id(70),
            group: id(71),
            closing_group: id(72),
            messages: [id(80), id(81), id(82)],
            media: id(90),
            unsent_media: id(91),
            webhook: id(100),
            closing_webhook: id(101),
            report: id(102),
            device: id(103),
            export: id(104),
            event: id(105),
            connection: "L0SM9cOFvHcCIhw=".to_owned(),
            ticket: "tkt_alice".to_owned(),
            bucket: "example-media".to_owned(),
            keyring: "{\"backup\":{}}".to_owned(),
        }
    }

    /// The same, made in a running stack by its own API.
    pub fn make(stack: &Stack) -> Result<Self, Failure> {
        Maker::of(stack)?.make(stack)
    }

    /// Who makes the request, as the authorizer says it.
    pub fn caller(&self, function: &str) -> Value {
        let account = match function {
            "delete_me" => &self.leaving,
            "change_password" => &self.other,
            "delete_current_session" => &self.spare[1],
            _ => &self.user,
        };
        let role = if account.id == self.user.id { "admin" } else { "user" };
        json!({"user_id": account.id, "session_id": account.session_id, "role": role})
    }

    /// The value of a parameter of the path.
    pub fn parameter(&self, function: &str, name: &str) -> String {
        let value = match (name, function) {
            ("user_id", "block_user" | "unblock_user") => &self.blocked.id,
            ("user_id", "update_member" | "update_admin_user") => &self.third.id,
            ("user_id", _) => &self.other.id,
            ("session_id", _) => &self.spare[0].session_id,
            ("conversation_id", "delete_conversation") => &self.closing_group,
            (
                "conversation_id",
                "update_conversation" | "add_members" | "update_member" | "remove_member",
            ) => &self.group,
            ("conversation_id", _) => &self.conversation,
            ("message_id", "delete_message") => &self.messages[2],
            ("message_id", "report_message") => &self.messages[1],
            ("message_id", _) => &self.messages[0],
            ("media_id", "delete_media") => &self.unsent_media,
            ("media_id", _) => &self.media,
            ("webhook_id", "delete_webhook") => &self.closing_webhook,
            ("webhook_id", _) => &self.webhook,
            ("report_id", _) => &self.report,
            ("device_id", _) => &self.device,
            ("emoji", _) => "👍",
            ("queue", _) => "receipts",
            ("file", _) => "index.html",
            (other, _) => other,
        };
        value.to_owned()
    }

    /// What a function that must be asked for something is asked for.
    pub fn query(&self, function: &str) -> Option<String> {
        match function {
            "search_users" => Some(self.other.username.clone()),
            "search_messages" => Some("hello".to_owned()),
            _ => None,
        }
    }

    /// The body that the contract gives as an example, about this world.
    pub fn body(&self, function: &str, mut body: Value) -> Value {
        match function {
            "register_user" => body["username"] = json!(self.free_username),
            "create_session" => body["username"] = json!(self.third.username),
            "refresh_session" => body["refresh_token"] = json!(self.spare[2].refresh_token),
            "restore_keys" => body["document"] = json!(self.keyring),
            _ => {}
        }
        // Whom the examples name.
        let somebody = if function == "add_members" { &self.newcomer } else { &self.third };
        for field in ["member_ids", "user_ids"] {
            let named = body.get_mut(field).and_then(Value::as_array_mut);
            for one in named.into_iter().flatten().filter(|one| **one == SOMEBODY) {
                *one = json!(somebody.id);
            }
        }
        body
    }
}
