//! Every limit grants exactly what it says, however many ask at once. In process: each connection is an environment of its own.
#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use realtime::receive_frame::{self, Queues};
use serde_json::{Value, json};
use shared::App;
use shared::id::ConversationId;
use shared::rate::{Limited, Rate};
use shared::serve::HttpHandler;
use shared::token::{Token, TokenKind};
use testkit::{FakeQueue, Request, Somebody, TestApp, new_id};

const REGISTER: HttpHandler = |app, call| Box::pin(users::register_user::handle(app, call));
const LOG_IN: HttpHandler = |app, call| Box::pin(sessions::create_session::handle(app, call));
const REFRESH: HttpHandler = |app, call| Box::pin(sessions::refresh_session::handle(app, call));
const CHANGE: HttpHandler = |app, call| Box::pin(users::change_password::handle(app, call));
const SEND: HttpHandler = |app, call| Box::pin(messages::send_message::handle(app, call));
const SEARCH: HttpHandler = |app, call| Box::pin(users::search_users::handle(app, call));
const TICKET: HttpHandler =
    |app, call| Box::pin(realtime::create_ticket::handle(app, "wss://sockets.example.org", call));
const TYPE: HttpHandler = |app, call| Box::pin(realtime::send_typing::handle(app, &*QUEUE, call));
const UPLOAD: HttpHandler = |app, call| Box::pin(media::create_media::handle(app, call));

static QUEUE: LazyLock<FakeQueue> = LazyLock::new(FakeQueue::default);

/// How many connections ask at once, and how often each.
const CONNECTIONS: usize = 16;
const TIMES: usize = 2;
const GRANTED: usize = 3;
/// Bytes of each upload, where bytes are limited.
const SIZE: u32 = 100;

/// Somebody who can do everything that is limited.
struct World {
    app: TestApp,
    alice: Somebody,
    chat: ConversationId,
    /// A refresh token for each request, since each works once.
    tokens: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let body = json!({"username": "alice", "password": "correct horse battery"});
        let registered = app.call(REGISTER, Request::post("/v1/users", &body)).await.created();
        let id = |value: &Value| value.as_str().unwrap().parse::<uuid::Uuid>().unwrap();
        let alice = Somebody {
            id: id(&registered["user"]["id"]).into(),
            session: id(&registered["session"]["session_id"]).into(),
        };
        let chat = app.group(&[&alice]).await;
        let mut connection = app.connect().await;
        let mut tokens = Vec::new();
        for _ in 0..CONNECTIONS * TIMES {
            let token = Token::generate(TokenKind::Refresh, &*app.app.random).unwrap();
            sqlx::query("INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES ($1, $2, now() + interval '1 day')")
                .bind(token.hash())
                .bind(alice.session.0)
                .execute(&mut connection)
                .await
                .unwrap();
            tokens.push(token.expose().to_owned());
        }
        sqlx::query(
            "INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
             VALUES ('socket', $1, $2, 1, now() + interval '1 hour')",
        )
        .bind(alice.id.0)
        .bind(alice.session.0)
        .execute(&mut connection)
        .await
        .unwrap();
        Self { app, alice, chat, tokens }
    }

    /// An environment in which this is limited and nothing else.
    fn environment(&self, limited: Limited) -> App {
        let mut environment = self.app.cold_environment();
        let cost = if limited == Limited::UploadBytes { SIZE } else { 1 };
        let burst = u32::try_from(GRANTED).unwrap() * cost;
        // So slow that nothing comes back while the test runs.
        environment.rate_limits.set(limited, Rate { burst, period: Duration::from_hours(1) });
        environment
    }

    /// Something that takes from this limit, and is answered so when it may.
    async fn asks(&self, app: &App, limited: Limited, number: usize) -> (u16, u16) {
        let password = "a wrong horse battery";
        let somebody = json!({"username": format!("somebody{number}"), "password": password});
        let upload = json!({"kind": "file", "content_type": "application/zip", "size": SIZE});
        let (granted, handler, request): (u16, HttpHandler, Request) = match limited {
            Limited::Register => (201, REGISTER, Request::post("/v1/users", &somebody)),
            Limited::LoginAddress => (401, LOG_IN, Request::post("/v1/sessions", &somebody)),
            Limited::LoginAccount => {
                let alice = json!({"username": "alice", "password": password});
                (401, LOG_IN, Request::post("/v1/sessions", &alice))
            }
            Limited::Refresh => {
                let body = json!({"refresh_token": self.tokens[number]});
                (200, REFRESH, Request::post("/v1/sessions/refresh", &body))
            }
            Limited::Password => {
                let body = json!({"current_password": password, "new_password": "nine green bottles"});
                (403, CHANGE, Request::put("/v1/users/me/password", &body).by(&self.alice))
            }
            Limited::Send => {
                let body = json!({"client_id": new_id(), "type": "text", "text": "hello"});
                let request = Request::post("/v1/conversations/{conversation_id}/messages", &body);
                (201, SEND, request.at("conversation_id", self.chat).by(&self.alice))
            }
            Limited::Search => (200, SEARCH, Request::get("/v1/users").with_query("q=a").by(&self.alice)),
            Limited::Tickets => {
                (201, TICKET, Request::post("/v1/realtime/tickets", &json!({})).by(&self.alice))
            }
            Limited::Typing => {
                let request =
                    Request::post("/v1/conversations/{conversation_id}/typing", &json!({"active": true}));
                (204, TYPE, request.at("conversation_id", self.chat).by(&self.alice))
            }
            Limited::Frames => return (200, says_something(app).await),
            Limited::Upload | Limited::UploadBytes => {
                (201, UPLOAD, Request::post("/v1/media", &upload).by(&self.alice))
            }
        };
        (granted, request.through(app, handler).await.status)
    }
}

/// The status that a frame is answered with.
async fn says_something(app: &App) -> u16 {
    let queues = Queues { events: &*QUEUE, receipts: &*QUEUE, presence: &*QUEUE };
    let event = json!({
        "requestContext": {
            "routeKey": "$default", "eventType": "MESSAGE", "connectionId": "socket", "requestId": "request-1",
            "stage": "v1", "apiId": "api", "domainName": "sockets.example.org",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": json!({"action": "ping"}).to_string(),
        "isBase64Encoded": false,
    });
    let answer = receive_frame::handle(app, queues, event).await;
    let frame: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    u16::try_from(frame["status"].as_u64().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_limit_is_exact_under_sixteen_connections() {
    let world = Arc::new(World::new().await);
    for limited in Limited::ALL {
        // What was taken for the one before is nothing to this one.
        sqlx::query("DELETE FROM rate_limits").execute(&mut world.app.connect().await).await.unwrap();
        let environments: Vec<Arc<App>> =
            (0..CONNECTIONS).map(|_| Arc::new(world.environment(limited))).collect();
        let asking: Vec<_> = (0..CONNECTIONS * TIMES)
            .map(|number| {
                let (world, environment) =
                    (Arc::clone(&world), Arc::clone(&environments[number % CONNECTIONS]));
                tokio::spawn(async move { world.asks(&environment, limited, number).await })
            })
            .collect();
        let (mut granted, mut refused) = (0, 0);
        for one in asking {
            match one.await.unwrap() {
                (_, 429) => refused += 1,
                (expected, status) => {
                    assert_eq!(status, expected, "{}", limited.name());
                    granted += 1;
                }
            }
        }
        assert_eq!((granted, refused), (GRANTED, CONNECTIONS * TIMES - GRANTED), "{}", limited.name());
        let recorded: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM audit_events WHERE event = 'excess_rate_limit_exceeded' AND detail->>'limit' = $1",
        )
        .bind(limited.name())
        .fetch_one(&mut world.app.connect().await)
        .await
        .unwrap();
        assert_eq!(recorded, 1, "{}", limited.name());
    }
}
