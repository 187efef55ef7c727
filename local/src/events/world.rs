//! The few people and things that events speak of: of an example that is nowhere, or of one that was made in a running stack.
//!
//! What an event ends or uses up is a thing of its own, so that all events of a world can be used, in any order.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Failure, Stack, deploy};

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

/// Makes a world by the API of a stack.
struct Maker {
    api: String,
    agent: ureq::Agent,
    /// What makes its names new.
    suffix: String,
}

impl Maker {
    fn of(stack: &Stack) -> Result<Self, Failure> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .proxy(None)
            .build();
        let suffix = new_id()?.simple().to_string()[..8].to_owned();
        Ok(Self { api: stack.api_url.clone(), agent: config.into(), suffix })
    }

    fn make(&self, stack: &Stack) -> Result<World, Failure> {
        let (user, other, third) = (self.register("alice")?, self.register("bob")?, self.register("carol")?);
        let spare = [self.log_in(&user)?, self.log_in(&user)?, self.log_in(&user)?];
        let function = stack.functions.get("appoint_admin").cloned().unwrap_or_default();
        deploy::invoke(&deploy::emulator_of(stack)?, &function, &json!({"username": user.username}))?;

        let conversation =
            self.id(&user, "/v1/conversations", &json!({"type": "direct", "member_ids": [other.id]}))?;
        let group = json!({"type": "group", "title": "Book club", "member_ids": [other.id, third.id]});
        let messages = format!("/v1/conversations/{conversation}/messages");
        let says = |sender: &Account, text: &str| {
            let message = json!({"client_id": new_id()?, "type": "text", "text": text});
            self.id(sender, &messages, &message)
        };
        let sent = [says(&user, "Hello, Bob!")?, says(&other, "Hello, Alice!")?, says(&user, "No, wait.")?];
        let report = format!("{messages}/{}/report", sent[1]);
        let webhook = json!({"url": "https://hooks.example.org/talkify", "events": ["message.created"], "enabled": false});
        let file = json!({"kind": "file", "content_type": "text/plain", "size": 6, "file_name": "hello.txt"});
        let uploaded = self.post(&user, "/v1/media", &file)?;
        self.upload(&uploaded["upload"], b"hello\n")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(World {
            conversation,
            group: self.id(&user, "/v1/conversations", &group)?,
            closing_group: self.id(&user, "/v1/conversations", &group)?,
            messages: sent,
            media: text(&uploaded["media"]["id"]),
            unsent_media: text(&self.post(&user, "/v1/media", &file)?["media"]["id"]),
            webhook: self.id(&user, "/v1/admin/webhooks", &webhook)?,
            closing_webhook: self.id(&user, "/v1/admin/webhooks", &webhook)?,
            report: self.id(&user, &report, &json!({"reason": "spam"}))?,
            device: new_id()?.to_string(),
            export: self.id(&user, "/v1/users/me/export", &json!({}))?,
            event: new_id()?.to_string(),
            connection: format!("example-{}", self.suffix),
            ticket: text(&self.post(&user, "/v1/realtime/tickets", &json!({}))?["ticket"]),
            bucket: stack.bucket.clone().unwrap_or_default(),
            keyring: text(&self.post(&user, "/v1/admin/keys/backup", &json!({}))?["document"]),
            leaving: self.register("dave")?,
            blocked: self.register("mallory")?,
            newcomer: self.register("erin")?,
            free_username: format!("frank_{}", self.suffix),
            user,
            other,
            third,
            spare,
        })
    }

    fn register(&self, name: &str) -> Result<Account, Failure> {
        let username = format!("{name}_{}", self.suffix);
        let answer = self.call(None, "/v1/users", &json!({"username": username, "password": PASSWORD}))?;
        Ok(account(username, &answer["user"], &answer["session"]))
    }

    fn log_in(&self, user: &Account) -> Result<Account, Failure> {
        let body = json!({"username": user.username, "password": PASSWORD});
        let session = self.call(None, "/v1/sessions", &body)?;
        Ok(account(user.username.clone(), &session["user"], &session))
    }

    fn id(&self, by: &Account, path: &str, body: &Value) -> Result<String, Failure> {
        let made = self.post(by, path, body)?;
        made["id"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Failure::Other(format!("POST {path} gave no id: {made}")))
    }

    fn post(&self, by: &Account, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Some(by), path, body)
    }

    fn call(&self, by: Option<&Account>, path: &str, body: &Value) -> Result<Value, Failure> {
        let mut request =
            self.agent.post(format!("{}{path}", self.api)).header("content-type", "application/json");
        if let Some(by) = by {
            request = request.header("authorization", format!("Bearer {}", by.access_token));
        }
        // Some take no body.
        let body = if body.as_object().is_some_and(serde_json::Map::is_empty) {
            String::new()
        } else {
            body.to_string()
        };
        Self::answer(path, request.send(body))
    }

    /// Sends a file with the form that was answered (RFC 7578).
    fn upload(&self, upload: &Value, file: &[u8]) -> Result<(), Failure> {
        let boundary = "example-4c7d1e";
        let mut body = Vec::new();
        for (name, value) in upload["fields"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let part =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"hello.txt\"\r\n\r\n"
        );
        body.extend([head.as_bytes(), file, format!("\r\n--{boundary}--\r\n").as_bytes()].concat());
        let url = upload["url"].as_str().unwrap_or_default();
        let form = format!("multipart/form-data; boundary={boundary}");
        Self::answer(url, self.agent.post(url).header("content-type", form).send(body)).map(drop)
    }

    fn answer(
        what: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Failure> {
        let mut answer = answer.map_err(|error| Failure::Other(format!("POST {what}: {error}")))?;
        let text = answer
            .body_mut()
            .read_to_string()
            .map_err(|error| Failure::Other(format!("POST {what}: {error}")))?;
        if answer.status().is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or_default());
        }
        Err(Failure::Other(format!("POST {what} answered {}: {text}", answer.status())))
    }
}

/// A new random id.
fn new_id() -> Result<Uuid, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Other(format!("no randomness: {error}")))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn account(username: String, user: &Value, session: &Value) -> Account {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Account {
        id: text(&user["id"]),
        username,
        session_id: text(&session["session_id"]),
        access_token: text(&session["access_token"]),
        refresh_token: text(&session["refresh_token"]),
    }
}
