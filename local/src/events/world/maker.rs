//! Makes a world by the API of a running stack, as its clients would.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Account, PASSWORD, World};
use crate::{Failure, Stack, deploy};

/// Makes a world by the API of a stack.
pub struct Maker {
    api: String,
    agent: ureq::Agent,
    /// What makes its names new.
    suffix: String,
}

impl Maker {
    pub fn of(stack: &Stack) -> Result<Self, Failure> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .proxy(None)
            .build();
        let suffix = new_id()?.simple().to_string()[..8].to_owned();
        Ok(Self { api: stack.api_url.clone(), agent: config.into(), suffix })
    }

    pub fn make(&self, stack: &Stack) -> Result<World, Failure> {
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
