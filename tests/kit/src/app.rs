//! Handlers in this process, against a real Postgres database of the test's own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use http::HeaderMap;
use lambda_http::Body;
use serde_json::{Map, Value, json};
use shared::App;
use shared::aws::AwsAccess;
use shared::crypto::{Kms, Purpose};
use shared::database::{Database, DatabaseFailure};
use shared::id::{ConversationId, Epoch, KeyringId, SessionId, UserId};
use shared::media::MediaLinks;
use shared::random::SystemRandom;
use shared::rate::{Limited, Rate};
use shared::serve::{HttpHandler, respond};
use shared::sigv4::Signer;
use shared::token::{Token, TokenKind};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::contract::Contract;
use crate::database::TestDatabase;
use crate::edge::{FakeClock, FakeKms};
use crate::gateway::Answer;
use crate::proxy::CountingProxy;

/// One environment of a deployment: its database is its own, its key service and clock are doubles, and its way to
/// Postgres counts round trips.
pub struct TestApp {
    /// What handlers are given.
    pub app: App,
    /// The key service behind it.
    pub kms: Arc<FakeKms>,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Counts its round trips to Postgres.
    pub proxy: CountingProxy,
    /// Its database.
    pub database: TestDatabase,
}

/// Somebody with a live session.
#[derive(Debug, Clone, Copy)]
pub struct Somebody {
    /// Who it is.
    pub id: UserId,
    /// In which session.
    pub session: SessionId,
}

impl TestApp {
    /// A deployment that has just been migrated.
    pub async fn start() -> Self {
        // What handlers log is shown with a test that fails.
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .try_init();
        let database = TestDatabase::create().await;
        let proxy = CountingProxy::start(database.address()).await;
        let (kms, clock) = (Arc::new(FakeKms::default()), Arc::new(FakeClock::default()));
        let app = environment(&database, proxy.address(), Arc::clone(&kms) as _, &clock);
        let this = Self { app, kms, clock, proxy, database };
        for purpose in Purpose::ALL {
            this.makes_keyring_key(purpose).await;
        }
        this
    }

    /// A second environment of the same deployment: nothing cached, nothing connected.
    #[must_use]
    pub fn cold_environment(&self) -> App {
        self.environment_through(self.proxy.address())
    }

    /// The same, and its connection to Postgres is open.
    pub async fn connected_environment(&self) -> App {
        let environment = self.cold_environment();
        connects(&environment).await.unwrap();
        environment
    }

    /// The same, whose way to Postgres is another proxy.
    #[must_use]
    pub fn environment_through(&self, proxy: SocketAddr) -> App {
        environment(&self.database, proxy, Arc::clone(&self.kms) as _, &self.clock)
    }

    /// A second environment whose way to the keys is another one.
    #[must_use]
    pub fn environment_with(&self, kms: Arc<dyn Kms>) -> App {
        environment(&self.database, self.proxy.address(), kms, &self.clock)
    }

    /// The same deployment, key service and clock, after its database was restored into another one.
    pub async fn over(&self, database: TestDatabase) -> Self {
        let proxy = CountingProxy::start(database.address()).await;
        let (kms, clock) = (Arc::clone(&self.kms), Arc::clone(&self.clock));
        let app = environment(&database, proxy.address(), Arc::clone(&kms) as _, &clock);
        Self { app, kms, clock, proxy, database }
    }

    /// A connection for looking behind the handlers' back.
    pub async fn connect(&self) -> PgConnection {
        self.database.connect().await
    }

    async fn makes_keyring_key(&self, purpose: Purpose) {
        let id: KeyringId = self.app.new_id().unwrap();
        let (_, wrapped) = self.kms.generate(purpose, id).await.unwrap();
        sqlx::query("INSERT INTO keys.keyring (id, purpose, wrapped, kms_key) VALUES ($1, $2, $3, $4)")
            .bind(id.0)
            .bind(purpose.name())
            .bind(wrapped.blob)
            .bind(wrapped.kms_key)
            .execute(&mut self.connect().await)
            .await
            .unwrap();
    }

    /// A user with a session, by way of the database.
    pub async fn somebody(&self, name: &str) -> Somebody {
        let somebody = Somebody { id: self.app.new_id().unwrap(), session: self.app.new_id().unwrap() };
        let access = Token::generate(TokenKind::Access, &SystemRandom).unwrap();
        sqlx::query(
            "WITH added AS (INSERT INTO users (id, username, display_name) VALUES ($1, $2, $2) RETURNING id)
             INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
             SELECT $3, added.id, $4, now() + interval '15 minutes', now() + interval '90 days' FROM added",
        )
        .bind(somebody.id.0)
        .bind(name)
        .bind(somebody.session.0)
        .bind(access.hash())
        .execute(&mut self.connect().await)
        .await
        .unwrap();
        somebody
    }

    /// The same with a role for the deployment.
    pub async fn somebody_of_role(&self, name: &str, role: &str) -> Somebody {
        let somebody = self.somebody(name).await;
        sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
            .bind(somebody.id.0)
            .bind(role)
            .execute(&mut self.connect().await)
            .await
            .unwrap();
        somebody
    }

    /// A group of these users, the first of them its owner, by way of the database; without a title that anybody reads.
    pub async fn group(&self, members: &[&Somebody]) -> ConversationId {
        let id: ConversationId = self.app.new_id().unwrap();
        let (_, key) = self.app.new_epoch_key(id, Epoch(1)).await.unwrap();
        let ids: Vec<_> = members.iter().map(|member| member.id.0).collect();
        sqlx::query(
            "WITH created AS (
                 INSERT INTO conversations (id, type, created_by, title_sealed, title_epoch, member_count)
                 VALUES ($1, 'group', $2[1], '', 1, cardinality($2)) RETURNING id
             ), keyed AS (
                 INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
                 SELECT id, 1, $3, $4 FROM created
             )
             INSERT INTO members (conversation_id, user_id, role)
             SELECT created.id, one.id, CASE WHEN one.place = 1 THEN 'owner' ELSE 'member' END
             FROM created, unnest($2) WITH ORDINALITY AS one (id, place)",
        )
        .bind(id.0)
        .bind(ids)
        .bind(key.keyring.0)
        .bind(key.sealed)
        .execute(&mut self.connect().await)
        .await
        .unwrap();
        id
    }

    /// One request through a handler of this environment. Panics when the answer breaks the contract.
    pub async fn call(&self, handler: HttpHandler, request: Request) -> Answer {
        request.through(&self.app, handler).await
    }
}

/// Opens an environment's connection to Postgres.
///
/// # Errors
/// Where it was cut.
pub async fn connects(environment: &App) -> Result<(), DatabaseFailure> {
    let nothing = || sqlx::query("SELECT 1").try_map(|_: PgRow| Ok(()));
    environment.database.fetch_one(nothing).await
}

fn environment(database: &TestDatabase, proxy: SocketAddr, kms: Arc<dyn Kms>, clock: &Arc<FakeClock>) -> App {
    let url = database.url_through(proxy);
    let mut app = App::new(Database::at(&url).unwrap(), kms, Arc::clone(clock) as _, Arc::new(SystemRandom));
    let access = AwsAccess {
        region: "eu-central-1".to_owned(),
        credentials: Credentials::new("key", "secret", Some("session".to_owned()), None, "test"),
        endpoint_url: None,
    };
    app.media_links = Some(MediaLinks::new(Signer::new(access, "media".to_owned())));
    // Most tests ask more often than people do; those about limits set their own.
    let ample = Rate { burst: i32::MAX.unsigned_abs(), period: Duration::from_micros(1) };
    for limited in Limited::ALL {
        app.rate_limits.set(limited, ample);
    }
    app
}

/// A request as the gateway hands it to a function: payload format 2.0 of an HTTP API
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    route: &'static str,
    parameters: Map<String, Value>,
    query: String,
    headers: Map<String, Value>,
    body: Option<String>,
    caller: Option<Somebody>,
    address: String,
}

impl Request {
    /// `GET` on a route as `openapi.yaml` writes it.
    #[must_use]
    pub fn get(route: &'static str) -> Self {
        Self::new("GET", route)
    }

    /// `DELETE` on a route.
    #[must_use]
    pub fn delete(route: &'static str) -> Self {
        Self::new("DELETE", route)
    }

    /// `POST` of a JSON body.
    #[must_use]
    pub fn post(route: &'static str, body: &Value) -> Self {
        Self::new("POST", route).with_json(body)
    }

    /// `PUT` of a JSON body.
    #[must_use]
    pub fn put(route: &'static str, body: &Value) -> Self {
        Self::new("PUT", route).with_json(body)
    }

    /// `PATCH` with a JSON body.
    #[must_use]
    pub fn patch(route: &'static str, body: &Value) -> Self {
        Self::new("PATCH", route).with_json(body)
    }

    /// With this JSON body.
    #[must_use]
    pub fn with_json(self, body: &Value) -> Self {
        self.with_header("content-type", "application/json").with_body(&body.to_string())
    }

    fn new(method: &'static str, route: &'static str) -> Self {
        let (parameters, headers) = (Map::new(), Map::new());
        let (query, address) = (String::new(), "192.0.2.1".to_owned());
        Self { method, route, parameters, query, headers, body: None, caller: None, address }
    }

    /// By somebody whom the authorizer has let in.
    #[must_use]
    pub fn by(mut self, caller: &Somebody) -> Self {
        self.caller = Some(*caller);
        self
    }

    /// From this address, as the gateway tells it.
    #[must_use]
    pub fn from_address(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// With this in the place of `{name}` in the path.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "an id reads better as it is than by reference")]
    pub fn at(mut self, name: &str, value: impl ToString) -> Self {
        self.parameters.insert(name.to_owned(), value.to_string().into());
        self
    }

    /// With this query, percent-encoded where it must be.
    #[must_use]
    pub fn with_query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    /// With this header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    /// With this body, whatever it is.
    #[must_use]
    pub fn with_body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Through a handler. Panics when the answer breaks the contract.
    pub async fn through(self, app: &App, handler: HttpHandler) -> Answer {
        let path = self.path();
        let request = lambda_http::request::from_str(&self.event().to_string()).unwrap();
        let Ok(response) = respond(app, handler, request).await;
        let (parts, body) = response.into_parts();
        let body = match body {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            _ => Vec::new(),
        };
        let status = parts.status.as_u16();
        self.check(&path, status, &parts.headers, &body);
        Answer::new(format!("{} {path}", self.method), status, parts.headers, body)
    }

    fn check(&self, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) {
        if let Err(violation) = Contract::load().check(self.method, path, status, headers, body) {
            panic!("the contract is broken: {violation}");
        }
    }

    fn path(&self) -> String {
        self.parameters.iter().fold(self.route.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
        })
    }

    /// The event that the gateway invokes the function with.
    #[must_use]
    pub fn event(&self) -> Value {
        let path = self.path();
        let authorizer = self.caller.map(
            |caller| json!({"lambda": {"user_id": caller.id, "session_id": caller.session, "role": "user"}}),
        );
        let mut event = json!({
            "version": "2.0",
            "routeKey": format!("{} {}", self.method, self.route),
            "rawPath": path,
            "rawQueryString": self.query,
            "headers": self.headers,
            "pathParameters": self.parameters,
            "isBase64Encoded": false,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "domainName": "api.example.org",
                "domainPrefix": "api",
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.address,
                    "userAgent": self.headers.get("user-agent").and_then(Value::as_str).unwrap_or("test"),
                },
                "requestId": "request-1",
                "routeKey": format!("{} {}", self.method, self.route),
                "stage": "$default",
                "time": "22/Nov/2026:12:00:00 +0000",
                "timeEpoch": 1_795_348_800_000_u64,
            },
        });
        if let Some(authorizer) = authorizer {
            event["requestContext"]["authorizer"] = authorizer;
        }
        if let Some(body) = &self.body {
            event["body"] = body.as_str().into();
        }
        event
    }
}
