//! A deployment in which something of every kind is sealed, and the words that these tests are written in.

use std::sync::Arc;

use keys::{list_keys, request_rotation, rotate_keys};
use messages::{list_messages, report_message, send_message};
use notifications::url::LocalReceivers;
use notifications::{create_webhook, register_device, rotate_webhook_secret};
use serde_json::{Value, json};
use sessions::create_session;
use shared::App;
use shared::crypto::{Context, Purpose, open};
use shared::id::{ConversationId, DeviceId, MediaId, SecretId, WebhookId};
use shared::keys::KmsKeys;
use shared::media::MediaDetails;
use shared::serve::HttpHandler;
use sqlx::AssertSqlSafe;
use testkit::{Answer, Request, Somebody, TestApp, new_id};
use users::{get_me, register_user};
use uuid::Uuid;

pub const KEYS: &str = "/v1/admin/keys";
pub const ROTATE: &str = "/v1/admin/keys/rotate";
pub const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";
const REPORT: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/report";

pub const LIST_KEYS: HttpHandler = |app, call| Box::pin(list_keys::handle(app, call));
pub const REQUEST: HttpHandler = |app, call| Box::pin(request_rotation::handle(app, call));
pub const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
pub const LIST: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));
const TELL: HttpHandler = |app, call| Box::pin(report_message::handle(app, call));
const DEVICE: HttpHandler = |app, call| Box::pin(register_device::handle(app, LocalReceivers::Refused, call));
const WEBHOOK: HttpHandler = |app, call| Box::pin(create_webhook::handle(app, LocalReceivers::Refused, call));
const NEW_SECRET: HttpHandler = |app, call| Box::pin(rotate_webhook_secret::handle(app, call));
const REGISTER: HttpHandler = |app, call| Box::pin(register_user::handle(app, call));
const LOG_IN: HttpHandler = |app, call| Box::pin(create_session::handle(app, call));
const ME: HttpHandler = |app, call| Box::pin(get_me::handle(app, call));

pub struct World {
    pub app: TestApp,
    /// An admin.
    pub root: Somebody,
    /// Who has said everything.
    pub alice: Somebody,
    pub conversation: ConversationId,
    registration: Request,
    registered: Value,
}

/// The KMS keys that a deployment is configured with.
pub fn kms_keys() -> KmsKeys {
    KmsKeys {
        content: "new content key".to_owned(),
        credentials: "new credentials key".to_owned(),
        media: "new media key".to_owned(),
        recovery: None,
    }
}

pub fn text(words: &str) -> Value {
    json!({"client_id": new_id(), "type": "text", "text": words})
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let root = app.somebody("root").await;
        behind(&app, "UPDATE users SET role = 'admin'").await;
        let body =
            json!({"username": "alice", "password": "correct horse battery", "email": "alice@example.org"});
        let registration = Request::post("/v1/users", &body).with_header("idempotency-key", "once");
        let registered = app.call(REGISTER, registration.clone()).await.created();
        let id = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
        let alice = Somebody {
            id: id(&registered["user"]["id"]).into(),
            session: id(&registered["session"]["session_id"]).into(),
        };
        let conversation = app.group(&[&alice, &root]).await;
        let world = Self { app, root, alice, conversation, registration, registered };
        let message = world.says("hello").await;
        let reporting = Request::post(REPORT, &json!({"reason": "spam", "comment": "no more"}))
            .at("conversation_id", conversation)
            .at("message_id", message["id"].as_str().unwrap())
            .by(&world.root);
        world.app.call(TELL, reporting).await.created();
        world.uploads().await;
        world.is_told().await;
        world
    }

    pub async fn says(&self, words: &str) -> Value {
        let request =
            Request::post(MESSAGES, &text(words)).at("conversation_id", self.conversation).by(&self.alice);
        self.app.call(SEND, request).await.created()
    }

    async fn uploads(&self) {
        let id: MediaId = self.app.app.new_id().unwrap();
        let details = MediaDetails { file_name: Some("view.jpg".to_owned()), ..MediaDetails::default() };
        let sealed = self.app.app.seal_media_details(id, self.alice.id, &details).await.unwrap();
        sqlx::query(
            "INSERT INTO media (id, owner_id, kind, status, content_type, size, details_sealed, details_keyring_id)
             VALUES ($1, $2, 'image', 'ready', 'image/jpeg', 9, $3, $4)",
        )
        .bind(id.0)
        .bind(self.alice.id.0)
        .bind(sealed.sealed)
        .bind(sealed.keyring.0)
        .execute(&mut self.app.connect().await)
        .await
        .unwrap();
        let body = json!({"client_id": new_id(), "type": "image", "media_ids": [id]});
        let request = Request::post(MESSAGES, &body).at("conversation_id", self.conversation).by(&self.alice);
        self.app.call(SEND, request).await.created();
    }

    /// A device, and a webhook with two secrets.
    async fn is_told(&self) {
        let body = json!({"platform": "fcm", "token": "t".repeat(32)});
        let request =
            Request::put("/v1/devices/{device_id}", &body).at("device_id", new_id()).by(&self.alice);
        let registered = self.app.call(DEVICE, request).await;
        assert!(registered.status < 300, "{registered}");
        let body = json!({"url": "https://hooks.example.org/", "events": ["message.created"]});
        let webhook =
            self.app.call(WEBHOOK, Request::post("/v1/admin/webhooks", &body).by(&self.root)).await.created();
        let id = webhook["id"].as_str().unwrap();
        let request = Request::post("/v1/admin/webhooks/{webhook_id}/secret", &json!({}));
        self.app.call(NEW_SECRET, request.at("webhook_id", id).by(&self.root)).await.created();
    }

    /// What is sealed for addresses outside, of which no endpoint shows anything.
    async fn addresses_open(&self, environment: &App) {
        let sealed: Vec<(Uuid, Uuid, String, Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT id, user_id, platform, keyring_id, sealed FROM devices
             UNION ALL SELECT id, secret_id, '', secret_keyring_id, secret_sealed FROM webhooks
             UNION ALL SELECT id, old_secret_id, '', old_keyring_id, old_sealed FROM webhooks",
        )
        .fetch_all(&mut self.app.connect().await)
        .await
        .unwrap();
        assert_eq!(sealed.len(), 3);
        for (id, owner, platform, keyring, bytes) in sealed {
            let key = environment.keyring_key(keyring.into(), &[Purpose::Content]).await.unwrap().unwrap();
            let context = if platform.is_empty() {
                Context::WebhookSecret { webhook: WebhookId(id), secret: SecretId(owner) }
            } else {
                Context::Device { device: DeviceId(id), user: owner.into(), platform: &platform }
            };
            open(&key, &context, &bytes).unwrap();
        }
    }

    /// An environment that knows nothing opens everything that was sealed.
    pub async fn everything_opens(&self) {
        let cold = self.app.cold_environment();
        let request = Request::get(MESSAGES).at("conversation_id", self.conversation).by(&self.alice);
        let page = request.with_query("limit=100&after_seq=0").through(&cold, LIST).await.ok();
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["error"].is_null()), "{page}");
        let pictures: Vec<&Value> = items.iter().filter(|item| item["type"] == "image").collect();
        assert_eq!(pictures[0]["media"][0]["file_name"], "view.jpg");
        let me = Request::get("/v1/users/me").by(&self.alice).through(&cold, ME).await.ok();
        assert_eq!(me["email"], "alice@example.org");
        let body = json!({"username": "alice", "password": "correct horse battery"});
        Request::post("/v1/sessions", &body).through(&cold, LOG_IN).await.created();
        let again = self.registration.clone().through(&cold, REGISTER).await.created();
        assert_eq!(again, self.registered);
        self.addresses_open(&cold).await;
        let refused =
            number(&self.app, "SELECT count(*) FROM audit_events WHERE event LIKE 'crypt%fail'").await;
        assert_eq!(refused, 0);
    }

    pub async fn asks(&self, body: &Value) -> Answer {
        self.app.call(REQUEST, Request::post(ROTATE, body).by(&self.root)).await
    }

    pub async fn inventory(&self) -> Value {
        self.app.call(LIST_KEYS, Request::get(KEYS).by(&self.root)).await.ok()
    }

    /// One run of the worker.
    pub async fn rotates(&self) -> Value {
        rotate_keys::handle(&self.app.app, &kms_keys()).await.unwrap()
    }

    /// Twenty minutes later, when no environment remembers a replaced key as the active one.
    pub async fn later(&self) {
        behind(&self.app, "UPDATE keys.keyring SET replaced_at = replaced_at - interval '21 minutes'").await;
    }
}

pub async fn read(app: &App, somebody: &Somebody, conversation: ConversationId) -> Answer {
    let request =
        Request::get(MESSAGES).at("conversation_id", conversation).by(somebody).with_query("limit=100");
    request.through(app, LIST).await
}

/// Runs a statement behind the handlers' back.
pub async fn behind(app: &TestApp, sql: impl Into<String>) {
    sqlx::query(AssertSqlSafe(sql.into())).execute(&mut app.connect().await).await.unwrap();
}

/// A single number from the database.
pub async fn number(app: &TestApp, sql: impl Into<String>) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_one(&mut app.connect().await).await.unwrap()
}

/// A single column of texts from the database.
pub async fn texts(app: &TestApp, sql: impl Into<String>) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_all(&mut app.connect().await).await.unwrap()
}

/// Environments of the same deployment.
pub fn environments(app: &TestApp, count: usize) -> Vec<Arc<App>> {
    (0..count).map(|_| Arc::new(app.cold_environment())).collect()
}
