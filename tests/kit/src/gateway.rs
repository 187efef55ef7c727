//! Users who talk to a running Talkify as real ones do: through the gateway.
//!
//! Every answer, wanted or not, is held to the contract before a test sees it.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::contract::Contract;

/// Longer than the gateway waits for a function, so that a request that hangs is seen as the gateway's answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running Talkify.
#[derive(Debug)]
pub struct Gateway {
    stack: &'static local::Stack,
    http: reqwest::Client,
}

/// An HTTP client of a test's own: connections live on the runtime of the test that opened them.
#[must_use]
pub fn http_client() -> reqwest::Client {
    // Beside the Rust client, in one build with this, reqwest has TLS and no choice of its own by what; whoever chose first, chose this.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("an HTTP client")
}

impl Gateway {
    /// The local stack; the first caller of a process starts it unless it is up.
    pub async fn start() -> Self {
        static STACK: OnceCell<local::Stack> = OnceCell::const_new();
        let start = || async {
            let started = tokio::task::spawn_blocking(local::for_tests::stack)
                .await
                .expect("starting the stack panicked");
            started.unwrap_or_else(|failure| panic!("no local stack for tests: {failure}"))
        };
        let stack = STACK.get_or_init(start).await;
        Self { stack, http: http_client() }
    }

    /// A caller without any identity.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client { api_url: self.stack.api_url.clone(), http: self.http.clone(), headers: Vec::new() }
    }

    /// A new user, logged in, whose name begins with `name`.
    pub async fn registers(&self, name: &str) -> User {
        let username = unique_username(name);
        let password = format!("a good password of {username}");
        let registration = json!({"username": username, "password": password, "display_name": name});
        let answer = self.anonymous().post("/v1/users", &registration).await.created();
        User::of(&self.anonymous(), &answer["user"], &answer["session"], password)
    }

    /// What a link leads to, followed as a browser does: without a token, and not held to the contract.
    pub async fn follows(&self, link: &str) -> Answer {
        let request = self.http.get(link).send().await;
        let response = request.unwrap_or_else(|failure| panic!("GET {link}: {failure:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body =
            response.bytes().await.unwrap_or_else(|failure| panic!("GET {link}: {failure:?}")).to_vec();
        Answer { request: format!("GET {link}"), status, headers, body }
    }

    /// Sends a form with a file as a browser does, and answers what the store said.
    pub async fn sends_form(&self, url: &str, fields: &Value, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "a-boundary-that-is-in-no-file";
        let mut body = Vec::new();
        for (name, value) in fields.as_object().expect("a form has fields") {
            let value = value.as_str().expect("a field is a text");
            let part = format!("content-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(format!("--{BOUNDARY}\r\n{part}").as_bytes());
        }
        let head = "content-disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n";
        body.extend(format!("--{BOUNDARY}\r\n{head}").as_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.http.post(url).header("content-type", content_type).body(body).send().await;
        let response = request.unwrap_or_else(|failure| panic!("POST {url}: {failure:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body =
            response.bytes().await.unwrap_or_else(|failure| panic!("POST {url}: {failure:?}")).to_vec();
        Answer { request: format!("POST {url}"), status, headers, body }
    }

    /// A part of what a link leads to: bytes as the header `Range` names them.
    pub async fn follows_in_part(&self, link: &str, range: &str) -> Answer {
        let request = self.http.get(link).header("range", range).send().await;
        let response = request.unwrap_or_else(|failure| panic!("GET {link}: {failure:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body =
            response.bytes().await.unwrap_or_else(|failure| panic!("GET {link}: {failure:?}")).to_vec();
        Answer { request: format!("GET {link}"), status, headers, body }
    }

    /// Uploads a file as one of its users: announces it, sends the form, and waits until it is looked at.
    pub async fn uploads(&self, user: &User, kind: &str, content_type: &str, file: &[u8]) -> Value {
        let body =
            json!({"kind": kind, "content_type": content_type, "size": file.len(), "file_name": "view.jpg"});
        let announced = user.post("/v1/media", &body).await.created();
        let upload = &announced["upload"];
        let sent = self.sends_form(upload["url"].as_str().unwrap(), &upload["fields"], file).await;
        assert_eq!(sent.status, 204, "{sent}");
        self.looked_at(user, announced["media"]["id"].as_str().unwrap()).await
    }

    /// A file as its uploader sees it once it was looked at.
    pub async fn looked_at(&self, user: &User, media: &str) -> Value {
        let path = format!("/v1/media/{media}");
        for _ in 0..600 {
            let media = user.get(&path).await.ok();
            if media["status"] == "ready" || media["status"] == "failed" {
                return media;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nobody has looked at the upload after a minute");
    }

    /// What is known of the stack itself.
    #[must_use]
    pub fn stack(&self) -> &'static local::Stack {
        self.stack
    }

    /// A call of the AWS APIs behind the functions, by one with all rights: what an operator or a schedule does. Answers status and
    /// body.
    pub async fn aws(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (u16, String) {
        let stack = self.stack;
        // The emulator takes the account and the region from here and does not look at the signature.
        let scope = format!("test/20260101/{}/{service}/aws4_request", stack.region);
        let credential = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let url = format!("{}{path}", stack.aws_endpoint_url);
        let mut request = self.http.request(method, url).header("authorization", credential).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("the stack's AWS answers");
        (answer.status().as_u16(), answer.text().await.expect("the stack's AWS answers text"))
    }

    /// Invokes a function by the name of its binary, and answers what it did.
    pub async fn invokes(&self, binary: &str, event: &Value) -> Value {
        let path = format!("/2015-03-31/functions/{}/invocations", self.stack.functions[binary]);
        let (status, answer) = self.aws("lambda", Method::POST, &path, &[], event.to_string()).await;
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        assert!(status == 200 && answer.get("errorMessage").is_none(), "{binary}: {status} {answer}");
        answer
    }

    /// A connection to the database behind the functions, for what no client can do or see.
    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(&self.stack.database_url).await.expect("the stack's database answers")
    }
}

/// A name that no other test uses; `name` is at most 11 characters long.
#[must_use]
pub fn unique_username(name: &str) -> String {
    let unique = new_id().simple().to_string();
    format!("{name}_{}", &unique[..20])
}

/// A new random id, as a client makes one for a message.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a client's ids are its own affair")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}

/// One who makes requests, with the headers that go with each.
#[derive(Debug, Clone)]
pub struct Client {
    api_url: String,
    http: reqwest::Client,
    headers: Vec<(String, String)>,
}

impl Client {
    /// The same caller with one more header on every request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same caller with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(name, _)| name != "authorization");
        client.with_header("authorization", &format!("Bearer {token}"))
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.raw(Method::GET, path, &[], Vec::new()).await
    }

    /// `DELETE path`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.raw(Method::DELETE, path, &[], Vec::new()).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.with_body(Method::POST, path, body).await
    }

    /// `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.with_body(Method::PUT, path, body).await
    }

    /// `PATCH path` with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.with_body(Method::PATCH, path, body).await
    }

    /// A request with a JSON body.
    pub async fn with_body(&self, method: Method, path: &str, body: &Value) -> Answer {
        let content_type = [("content-type", "application/json")];
        self.raw(method, path, &content_type, serde_json::to_vec(body).unwrap()).await
    }

    /// Any request at all. Panics when the answer breaks the contract.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut all = HeaderMap::new();
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            all.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let url = format!("{}{path}", self.api_url);
        let request = self.http.request(method.clone(), &url).headers(all).body(body.into());
        let response = request.send().await.unwrap_or_else(|failure| panic!("{method} {path}: {failure:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body =
            response.bytes().await.unwrap_or_else(|failure| panic!("{method} {path}: {failure:?}")).to_vec();
        if let Err(violation) = Contract::load().check(method.as_str(), path, status, &headers, &body) {
            panic!("the contract is broken: {violation}");
        }
        Answer { request: format!("{method} {path}"), status, headers, body }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    request: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered {}: {}", self.request, self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Answer {
    pub(crate) fn new(request: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { request, status, headers, body }
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|failure| panic!("{self}: {failure}"))
    }

    /// The body of a 200.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it asserts, which may be all a test wants")]
    pub fn ok(&self) -> Value {
        self.with_status(200)
    }

    /// The body of a 201.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it asserts, which may be all a test wants")]
    pub fn created(&self) -> Value {
        self.with_status(201)
    }

    /// The body, if the status is this one.
    #[track_caller]
    fn with_status(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        self.json()
    }

    /// Asserts that it is this problem.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) {
        assert_eq!(self.with_status(status)["code"], code, "{self}");
    }

    /// Asserts a 400 `invalid_request` with exactly these pairs of field and code, in any order.
    #[track_caller]
    pub fn invalid(&self, expected: &[(&str, &str)]) {
        self.problem(400, "invalid_request");
        let problem = self.json();
        let word = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let errors = problem["errors"].as_array().into_iter().flatten();
        let mut found: Vec<_> = errors.map(|error| (word(error, "field"), word(error, "code"))).collect();
        let mut expected: Vec<_> =
            expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{self}");
    }

    /// The body with the request's id masked: what may be compared between two requests.
    #[must_use]
    pub fn masked(&self) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        match self.headers.get("x-request-id").and_then(|id| id.to_str().ok()) {
            Some(id) => text.replace(id, "REQUEST-ID"),
            None => text,
        }
    }
}

/// A registered user with a session.
#[derive(Debug, Clone)]
pub struct User {
    /// The user's id.
    pub id: Uuid,
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// The session these requests are made in.
    pub session_id: Uuid,
    /// The token these requests are made with.
    pub access_token: String,
    /// The session's refresh token.
    pub refresh_token: String,
    client: Client,
}

impl Deref for User {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A conversation as one of its members sees it.
#[derive(Debug, Clone, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: Uuid,
    /// Null for a direct one.
    pub title: Option<String>,
    /// How many belong to it.
    pub member_count: u64,
    /// The latest message's place.
    pub last_seq: u64,
    /// The latest message.
    pub last_message: Option<Message>,
    /// Messages not read yet.
    pub unread_count: u64,
}

impl Conversation {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/v1/conversations/{}", self.id)
    }

    /// The path of its members.
    #[must_use]
    pub fn members(&self) -> String {
        format!("/v1/conversations/{}/members", self.id)
    }

    /// The path of one of its members.
    #[must_use]
    pub fn member(&self, member: &User) -> String {
        format!("/v1/conversations/{}/members/{}", self.id, member.id)
    }

    /// The path of its receipts.
    #[must_use]
    pub fn receipts(&self) -> String {
        format!("/v1/conversations/{}/receipts", self.id)
    }

    /// The path of the caller's mark in it.
    #[must_use]
    pub fn unread(&self) -> String {
        format!("/v1/conversations/{}/unread", self.id)
    }

    /// The path of its messages.
    #[must_use]
    pub fn messages(&self) -> String {
        format!("/v1/conversations/{}/messages", self.id)
    }
}

/// A message as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub conversation_id: Uuid,
    /// Its place there.
    pub seq: u64,
    /// The latest change of it.
    pub change_seq: u64,
    /// Its sender's name for it.
    pub client_id: Uuid,
    /// Who sent it.
    pub sender_id: Uuid,
    /// What it says; null when it cannot be decrypted.
    pub text: Option<String>,
    /// Why it says nothing.
    pub error: Option<String>,
}

/// One page of messages.
#[derive(Debug, Clone, Deserialize)]
pub struct MessagePage {
    /// The messages, in the page's order.
    pub items: Vec<Message>,
    /// Whether there are older ones.
    pub has_more_before: bool,
    /// Whether there are newer ones.
    pub has_more_after: bool,
}

impl MessagePage {
    /// The places of its messages, in the page's order.
    #[must_use]
    pub fn seqs(&self) -> Vec<u64> {
        self.items.iter().map(|message| message.seq).collect()
    }
}

impl User {
    /// The user that `user` and `session` of an answer tell of.
    #[must_use]
    pub fn of(anonymous: &Client, user: &Value, session: &Value, password: String) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let access_token = text(&session["access_token"]);
        Self {
            id: text(&user["id"]).parse().unwrap(),
            username: text(&user["username"]),
            password,
            session_id: text(&session["session_id"]).parse().unwrap(),
            client: anonymous.with_token(&access_token),
            access_token,
            refresh_token: text(&session["refresh_token"]),
        }
    }

    /// Logs in once more, as on another device.
    pub async fn logs_in_again(&self) -> Self {
        let mut anonymous = self.client.clone();
        anonymous.headers.clear();
        let credentials = json!({"username": self.username, "password": self.password});
        let session = anonymous.post("/v1/sessions", &credentials).await.created();
        Self::of(&anonymous, &session["user"], &session, self.password.clone())
    }

    /// Opens a new direct conversation.
    pub async fn opens_direct_conversation_with(&self, other: &Self) -> Conversation {
        let body = json!({"type": "direct", "member_ids": [other.id]});
        read(self.post("/v1/conversations", &body).await.created())
    }

    /// Creates a group.
    pub async fn creates_group(&self, title: &str, members: &[&Self]) -> Conversation {
        let members: Vec<_> = members.iter().map(|member| member.id).collect();
        let body = json!({"type": "group", "title": title, "member_ids": members});
        read(self.post("/v1/conversations", &body).await.created())
    }

    /// Sends a text under a new client id.
    pub async fn sends(&self, conversation: &Conversation, text: &str) -> Message {
        read(self.tries_to_send(conversation.id, new_id(), text).await.created())
    }

    /// Asks for a text to be stored under this client id.
    pub async fn tries_to_send(&self, conversation_id: Uuid, client_id: Uuid, text: &str) -> Answer {
        let body = json!({"client_id": client_id, "type": "text", "text": text});
        self.post(&format!("/v1/conversations/{conversation_id}/messages"), &body).await
    }

    /// The texts of every message, oldest first.
    pub async fn sees(&self, conversation: &Conversation) -> Vec<Option<String>> {
        let mut texts = Vec::new();
        let mut after = 0;
        loop {
            let page = self.reads(conversation, &format!("after_seq={after}&limit=100")).await;
            let Some(last) = page.items.last() else { return texts };
            after = last.seq;
            texts.extend(page.items.into_iter().map(|message| message.text));
            if !page.has_more_after {
                return texts;
            }
        }
    }

    /// One page of messages, by its query.
    pub async fn reads(&self, conversation: &Conversation, query: &str) -> MessagePage {
        read(self.get(&format!("{}?{query}", conversation.messages())).await.ok())
    }

    /// The first page of the user's conversations.
    pub async fn conversations(&self) -> Vec<Conversation> {
        read(self.get("/v1/conversations?limit=100").await.ok()["items"].take())
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: Value) -> T {
    serde_json::from_value(value).expect("an answer that fits the contract fits the test's types")
}
