//! When a client tries again and when it does not, against a server that answers as it is told.
#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use talkify_client::{
    Client, Content, Error, MemoryStore, NewConversation, NewGroup, NewGroupType, Options, ProfileChanges,
    Secret, Session, Store,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// A request as the server got it.
#[derive(Clone, Debug)]
struct Asked {
    line: String,
    headers: Vec<String>,
    body: Value,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|header| header.strip_prefix(name)?.strip_prefix(": "))
    }
}

type Answer = Arc<dyn Fn(&Asked) -> Option<String> + Send + Sync>;

/// A server whose answers a function gives; none is a connection that ends without one.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    async fn that(answer: impl Fn(&Asked) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answer, asked): (Answer, _) = (Arc::new(answer), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&noted)));
            }
        });
        Self { url, asked }
    }

    /// A server that gives these answers one after the other.
    async fn with(answers: impl IntoIterator<Item = Option<String>>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::that(move |_| answers.lock().unwrap().pop_front().flatten()).await
    }

    /// A client in a session with the tokens 1.
    fn client(&self, store: Arc<dyn Store>) -> Client {
        let options = Options { timeout: Duration::from_secs(5), ..Options::default() };
        Client::with(&self.url, store, options).unwrap()
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, answer: Answer, asked: Arc<Mutex<Vec<Asked>>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let line = lines.remove(0);
        let mut request = Asked { line, headers: lines, body: Value::Null };
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        request.body = serde_json::from_slice(&body).unwrap_or_default();
        let answer = answer(&request);
        asked.lock().unwrap().push(request);
        let Some(answer) = answer else { return };
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

fn ok(body: &Value) -> Option<String> {
    Some(response(200, "", body))
}

fn problem(status: u16, code: &str) -> Option<String> {
    problem_after(status, code, "")
}

fn problem_after(status: u16, code: &str, headers: &str) -> Option<String> {
    let retryable = status == 429 || status >= 500;
    let body = json!({
        "type": "about:blank", "title": "No", "status": status, "detail": format!("It is {code}."), "code": code,
        "request_id": "r", "retryable": retryable,
    });
    Some(response(status, headers, &body))
}

fn response(status: u16, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

fn profile() -> Value {
    json!({
        "id": Uuid::nil(), "username": "alice", "display_name": "Alice", "bio": "", "avatar_media_id": null,
        "status": {"presence": "online", "text": null, "emoji": null, "expires_at": null}, "role": "user",
        "created_at": "2026-11-22T21:05:09.123Z", "email": null,
    })
}

fn tokens(number: u32) -> Value {
    json!({
        "session_id": Uuid::nil(), "access_token": format!("tka_{number}"), "token_type": "Bearer", "expires_in": 900,
        "refresh_token": format!("tkr_{number}"), "user": profile(),
    })
}

fn session(number: u32) -> Session {
    Session {
        session_id: Uuid::nil(),
        access_token: Secret::from(format!("tka_{number}")),
        refresh_token: Secret::from(format!("tkr_{number}")),
        expires_at: u64::MAX,
        user_id: Uuid::nil(),
        username: "alice".to_owned(),
    }
}

fn store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::with(session(1)))
}

#[tokio::test]
async fn what_is_read_is_tried_again() {
    let server =
        Server::with([problem(503, "unavailable"), None, problem(500, "internal"), ok(&profile())]).await;
    assert_eq!(server.client(store()).get_me().await.unwrap().username, "alice");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn after_three_more_tries_the_last_error_is_told() {
    let server = Server::that(|_| problem(503, "unavailable")).await;
    let error = server.client(store()).get_me().await.unwrap_err();
    assert_eq!(
        (error.code(), error.status(), error.to_string().as_str()),
        (Some("unavailable"), Some(503), "It is unavailable.")
    );
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_change_without_a_name_is_not_made_twice() {
    let server = Server::that(|_| problem(503, "unavailable")).await;
    server.client(store()).update_me(&ProfileChanges::default()).await.unwrap_err();
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_creates_is_repeated_under_one_key_and_a_message_under_one_client_id() {
    let server = Server::that(|_| problem(503, "unavailable")).await;
    let client = server.client(store());
    let group =
        NewGroup { type_: NewGroupType::Group, title: "Book club".to_owned(), member_ids: Vec::new() };
    client.create_conversation(&NewConversation::Group(group)).await.unwrap_err();
    client.say(Uuid::nil(), Content::Text { text: "Hello".to_owned() }).await.unwrap_err();
    let asked = server.asked();
    let (created, said) = asked.split_at(4);
    assert!(created[0].header("idempotency-key").is_some());
    assert!(created.iter().all(|one| one.header("idempotency-key") == created[0].header("idempotency-key")));
    assert!(said[0].body["client_id"].is_string() && said.iter().all(|one| one.body == said[0].body));
    assert_eq!(said.len(), 4);
}

#[tokio::test]
async fn what_was_refused_for_now_is_tried_when_the_server_says() {
    let server =
        Server::with([problem_after(429, "rate_limited", "retry-after: 1\r\n"), ok(&profile())]).await;
    server.client(store()).update_me(&ProfileChanges::default()).await.unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_long_wait_is_the_callers() {
    let server = Server::that(|_| problem_after(429, "rate_limited", "retry-after: 60\r\n")).await;
    let error = server.client(store()).get_me().await.unwrap_err();
    assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(60)), true));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn many_calls_with_a_refused_token_bring_about_one_refresh() {
    let server = Server::that(|asked| match asked.header("authorization") {
        None => ok(&tokens(2)),
        Some("Bearer tka_2") => ok(&profile()),
        Some(_) => problem(401, "unauthenticated"),
    })
    .await;
    let store = store();
    let client = server.client(Arc::<MemoryStore>::clone(&store));
    let calls = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.get_me().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let refreshes = server.asked().into_iter().filter(|asked| asked.line.contains("/v1/sessions/refresh"));
    assert_eq!(refreshes.map(|asked| asked.body).collect::<Vec<_>>(), [json!({"refresh_token": "tkr_1"})]);
    assert_eq!(store.load().unwrap().unwrap().access_token, Secret::from("tka_2"));
}

#[tokio::test]
async fn a_refresh_token_that_is_not_good_ends_the_session() {
    let server = Server::that(|asked| match asked.header("authorization") {
        None => problem(401, "invalid_credentials"),
        Some(_) => problem(401, "unauthenticated"),
    })
    .await;
    let store = store();
    let client = server.client(Arc::<MemoryStore>::clone(&store));
    assert_eq!(client.get_me().await.unwrap_err().code(), Some("invalid_credentials"));
    assert!(matches!(client.get_me().await, Err(Error::NoSession)));
    assert_eq!(store.load().unwrap(), None);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn what_another_client_of_the_store_got_is_taken() {
    let store = store();
    let shared = Arc::clone(&store);
    // The other one was asked at the same time and is only now done.
    let server = Server::that(move |asked| match asked.header("authorization") {
        None => {
            shared.save(Some(&session(2))).unwrap();
            problem(409, "token_recently_rotated")
        }
        Some("Bearer tka_2") => ok(&profile()),
        Some(_) => problem(401, "unauthenticated"),
    })
    .await;
    server.client(store).get_me().await.unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let server = Server::that(|_| ok(&tokens(1))).await;
    let client = server.client(Arc::new(MemoryStore::default()));
    let session = client.login("alice", "seven green bottles".into(), None).await.unwrap();
    let printed = format!("{session:?}");
    assert!(
        printed.contains("alice") && !printed.contains("tka_1") && !printed.contains("tkr_1"),
        "{printed}"
    );
}
