//! What stands in the logs, whatever clients send: every line one JSON object of ours, and no secret in any of them. In process, since
//! the handlers' own lines are wanted and nothing else's.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sessions::authorize;
use shared::app::AuthMode;
use shared::serve::HttpHandler;
use testkit::{Answer, FakeQueue, KmsMood, Request, Somebody, TestApp, new_id};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

const REGISTER: HttpHandler = |app, call| Box::pin(users::register_user::handle(app, call));
const UPDATE_ME: HttpHandler = |app, call| Box::pin(users::update_me::handle(app, call));
const SET_STATUS: HttpHandler = |app, call| Box::pin(users::set_status::handle(app, call));
const CHANGE_PASSWORD: HttpHandler = |app, call| Box::pin(users::change_password::handle(app, call));
const DELETE_ME: HttpHandler = |app, call| Box::pin(users::delete_me::handle(app, call));
const SEARCH: HttpHandler = |app, call| Box::pin(users::search_users::handle(app, call));
const LOG_IN: HttpHandler = |app, call| Box::pin(sessions::create_session::handle(app, call));
const REFRESH: HttpHandler = |app, call| Box::pin(sessions::refresh_session::handle(app, call));
const CREATE: HttpHandler = |app, call| Box::pin(conversations::create_conversation::handle(app, call));
const LIST: HttpHandler = |app, call| Box::pin(conversations::list_conversations::handle(app, call));
const SEND: HttpHandler = |app, call| Box::pin(messages::send_message::handle(app, call));
const READ: HttpHandler = |app, call| Box::pin(messages::list_messages::handle(app, call));

/// The log of this thread, as a function writes it, at the level that writes most.
struct Log {
    written: Arc<Mutex<Vec<u8>>>,
    _guard: DefaultGuard,
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn begin() -> Self {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let lines = shared::log::lines(move || Sink(Arc::clone(&sink)), LevelFilter::TRACE);
        Self { written, _guard: tracing::subscriber::set_default(lines) }
    }

    fn text(&self) -> String {
        String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
    }

    /// Each line as what it must be: a JSON object with our fields.
    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        assert!(
            text.ends_with('\n')
                && !text.contains(|letter: char| letter != '\n'
                    && (letter.is_control() || "\u{2028}\u{2029}".contains(letter)))
        );
        let parse = |line: &str| {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|failure| panic!("{line}: {failure}"));
            let level = value["level"].as_str().unwrap_or_default();
            assert!(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&level), "{line}");
            assert!(value["timestamp"].is_string() && value.get("forged").is_none(), "{line}");
            assert!(!value["message"].as_str().unwrap_or_default().contains("forged"), "{line}");
            value
        };
        text.lines().map(parse).collect()
    }
}

/// What would be a line, a colour, a field or a terminal's command of its own, if it were not inside a string.
const FORGERIES: [&str; 7] = [
    "\n{\"timestamp\":\"2026-11-24T00:00:00Z\",\"level\":\"ERROR\",\"message\":\"forged\",\"forged\":true}\n",
    "\r\n2026-11-24 ERROR forged\r\n",
    "\",\"forged\":true,\"message\":\"forged",
    "\\\",\"forged\":true,\"",
    "\u{1b}[31mforged\u{1b}[0m\u{1b}]0;forged\u{7}",
    "\u{7f}\u{9b}31m\u{85}forged\u{2028}forged\u{2029}",
    "${jndi:ldap://forged} %n%sforged <script>forged</script>",
];

#[tokio::test]
async fn what_clients_write_makes_no_line_and_no_field_of_its_own() {
    let app = TestApp::start().await;
    let log = Log::begin();
    for (number, forgery) in FORGERIES.into_iter().enumerate() {
        // Each by somebody else: what one is refused at once again is not recorded again.
        let alice = app.somebody(&format!("alice{number}")).await;
        // HTTP lets no control character into a header.
        let header = forgery.replace(|letter: char| letter.is_ascii_control(), "");
        let login = json!({"username": forgery, "password": forgery, "device_name": forgery});
        let status = json!({"presence": "online", "text": forgery});
        for (handler, request) in [
            (LOG_IN, Request::post("/v1/sessions", &login)),
            (LOG_IN, Request::post("/v1/sessions", &json!({"username": "nobody", "password": forgery}))),
            (REGISTER, Request::post("/v1/users", &json!({forgery: forgery}))),
            (REFRESH, Request::post("/v1/sessions/refresh", &json!({"refresh_token": forgery}))),
            (UPDATE_ME, Request::patch("/v1/users/me", &json!({"bio": forgery})).by(&alice)),
            (SET_STATUS, Request::put("/v1/users/me/status", &status).by(&alice)),
            (SEARCH, Request::get("/v1/users").with_query("q=%0Aforged").by(&alice)),
            (LIST, Request::get("/v1/conversations").with_header("x-user-id", &header).by(&alice)),
        ] {
            let request = request.with_header("user-agent", &header).with_header("referer", &header);
            app.call(handler, request.from_address(forgery)).await;
        }
        // What a dependency says may hold anything.
        tracing::error!(%forgery, cause = forgery, detail = ?forgery, "a failure");
    }
    let lines = log.lines();
    assert_eq!(lines.iter().filter(|line| line["message"] == "a failure").count(), FORGERIES.len());
    assert!(lines.iter().filter(|line| line["message"] == "answered").count() >= 8 * FORGERIES.len());
    // In the audit log they stand where they belong, and nowhere else.
    let addresses: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'authz_fail' AND address = ANY ($1) AND detail = '{\"reason\": \"user_id_mismatch\"}'",
    )
    .bind(FORGERIES.map(str::to_owned).to_vec())
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(addresses, 7);
}

/// Everything that must stand in no log, as it comes up.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    /// A new one, in words that nobody else writes.
    fn word(&mut self, kind: &str) -> String {
        let word = format!("{kind} canary {}", new_id().simple());
        self.0.push(word.clone());
        word
    }

    /// The tokens of an answer.
    fn tokens(&mut self, session: &Value) -> (String, String) {
        let [access, refresh] =
            ["access_token", "refresh_token"].map(|name| session[name].as_str().unwrap().to_owned());
        self.0.extend([access.clone(), refresh.clone()]);
        (access, refresh)
    }
}

async fn sends(app: &TestApp, by: &Somebody, conversation: &Value, text: &str) -> Answer {
    let body = json!({"client_id": new_id(), "type": "text", "text": text});
    let request = Request::post("/v1/conversations/{conversation_id}/messages", &body).by(by);
    let id = conversation["id"].as_str().unwrap();
    request.at("conversation_id", id).through(&app.cold_environment(), SEND).await
}

#[tokio::test]
async fn no_secret_and_nothing_that_people_say_is_in_any_line() {
    let app = TestApp::start().await;
    let log = Log::begin();
    let mut secrets = Secrets::default();
    let (password, wrong) = (secrets.word("password"), secrets.word("wrong"));
    let (email, name) = (format!("canary.{}@example.org", new_id().simple()), secrets.word("name"));
    secrets.0.push(email.clone());
    let registration =
        json!({"username": "alice", "password": password, "email": email, "display_name": name});
    let registered = app.call(REGISTER, Request::post("/v1/users", &registration)).await.created();
    app.call(REGISTER, Request::post("/v1/users", &registration)).await.problem(409, "username_taken");
    let (access, _) = secrets.tokens(&registered["session"]);
    let id = |value: &Value| value.as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let alice = Somebody {
        id: id(&registered["user"]["id"]).into(),
        session: id(&registered["session"]["session_id"]).into(),
    };

    let event = json!({"headers": {"Authorization": format!("Bearer {access}")}});
    for event in [event, json!({"headers": {"authorization": format!("Bearer {}x", access)}})] {
        authorize::handle(&app.app, AuthMode::Token, &FakeQueue::default(), event).await.unwrap();
    }
    let log_in = |password: &str| {
        let body = json!({"username": "alice", "password": password, "device_name": "canary device"});
        Request::post("/v1/sessions", &body)
    };
    app.call(LOG_IN, log_in(&wrong)).await.problem(401, "invalid_credentials");
    let session = app.call(LOG_IN, log_in(&password)).await.created();
    let (_, refresh) = secrets.tokens(&session);
    let refreshing = || Request::post("/v1/sessions/refresh", &json!({"refresh_token": refresh}));
    let refreshed = app.call(REFRESH, refreshing()).await.ok();
    let (_, later) = secrets.tokens(&refreshed);
    app.call(REFRESH, Request::post("/v1/sessions/refresh", &json!({"refresh_token": later}))).await.ok();
    app.call(REFRESH, refreshing()).await.problem(401, "invalid_credentials");

    let bio = secrets.word("bio");
    app.call(UPDATE_ME, Request::patch("/v1/users/me", &json!({"bio": bio})).by(&alice)).await.ok();
    let title = secrets.word("title");
    let group = json!({"type": "group", "title": title, "member_ids": []});
    let group = app.call(CREATE, Request::post("/v1/conversations", &group).by(&alice)).await.created();
    for _ in 0..2 {
        let text = secrets.word("text");
        sends(&app, &alice, &group, &text).await.created();
    }
    let conversation = group["id"].as_str().unwrap();
    let read = || {
        let read = Request::get("/v1/conversations/{conversation_id}/messages").by(&alice);
        read.at("conversation_id", conversation)
    };
    app.call(READ, read()).await.ok();

    // What fails says more than what does not.
    app.kms.set_mood(KmsMood::Refusing);
    let text = secrets.word("text");
    sends(&app, &alice, &group, &text).await.problem(503, "unavailable");
    app.kms.set_mood(KmsMood::Well);
    sqlx::query("UPDATE messages SET sealed = '\\x01' || sealed")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    read().through(&app.cold_environment(), READ).await.ok();
    sqlx::query("ALTER TABLE messages RENAME COLUMN request_fingerprint TO something_else")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let text = secrets.word("text");
    sends(&app, &alice, &group, &text).await.problem(500, "internal");

    let new = secrets.word("new");
    let change = json!({"current_password": wrong, "new_password": new});
    app.call(CHANGE_PASSWORD, Request::put("/v1/users/me/password", &change).by(&alice))
        .await
        .problem(403, "wrong_password");
    let change = json!({"current_password": password, "new_password": new});
    let changed = app.call(CHANGE_PASSWORD, Request::put("/v1/users/me/password", &change).by(&alice)).await;
    assert_eq!(changed.status, 204);
    let erase = json!({"password": new});
    app.call(DELETE_ME, Request::delete("/v1/users/me").with_json(&erase).by(&alice)).await;

    let (text, lines) = (log.text(), log.lines());
    assert!(lines.iter().any(|line| line["message"] == "an internal failure"), "what fails is logged");
    assert!(lines.len() > 20, "{}", lines.len());
    for secret in &secrets.0 {
        // Whole, or the part that is nobody else's.
        let own = secret.rsplit(' ').next().unwrap();
        assert!(!text.contains(own), "{secret} is in the log");
    }
    // And it would have been seen.
    tracing::debug!(secret = secrets.0[0], "a slip");
    assert!(log.text().contains(&secrets.0[0]));
}
