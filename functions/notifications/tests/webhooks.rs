//! Webhooks and their deliveries, in process, with a receiver on this machine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use notifications::outbound::{Outbound, Reach, Version};
use notifications::send_webhooks;
use notifications::url::LocalReceivers;
use notifications::{
    create_webhook, delete_webhook, get_webhook, list_webhook_deliveries, list_webhooks,
    rotate_webhook_secret, test_webhook, update_webhook,
};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::serve::HttpHandler;
use shared::worker::TaskFailure;
use testkit::{FakeQueue, Received, Receiver, Request, Somebody, TestApp, new_id, task};
use uuid::Uuid;

/// Of the endpoint that sends tests; each looks for its own.
static TESTS: LazyLock<FakeQueue> = LazyLock::new(FakeQueue::default);

const CREATE: HttpHandler = |app, call| Box::pin(create_webhook::handle(app, LocalReceivers::Allowed, call));
const CREATE_ON_AWS: HttpHandler =
    |app, call| Box::pin(create_webhook::handle(app, LocalReceivers::Refused, call));
const UPDATE: HttpHandler = |app, call| Box::pin(update_webhook::handle(app, LocalReceivers::Allowed, call));
const DELETE: HttpHandler = |app, call| Box::pin(delete_webhook::handle(app, call));
const GET: HttpHandler = |app, call| Box::pin(get_webhook::handle(app, call));
const LIST: HttpHandler = |app, call| Box::pin(list_webhooks::handle(app, call));
const ROTATE: HttpHandler = |app, call| Box::pin(rotate_webhook_secret::handle(app, call));
const TEST: HttpHandler = |app, call| Box::pin(test_webhook::handle(app, &*TESTS, call));
const DELIVERIES: HttpHandler = |app, call| Box::pin(list_webhook_deliveries::handle(app, call));

const ROUTE: &str = "/v1/admin/webhooks";
const ONE: &str = "/v1/admin/webhooks/{webhook_id}";

async fn of_role(app: &TestApp, role: &str) -> Somebody {
    let somebody = app.somebody(role).await;
    sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
        .bind(somebody.id.0)
        .bind(role)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    somebody
}

fn creating(who: &Somebody, url: &str) -> Request {
    Request::post(ROUTE, &json!({"url": url, "events": ["message.created"], "description": "Archive"}))
        .by(who)
}

async fn alter(app: &TestApp, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&mut app.connect().await).await.unwrap();
}

/// An event of a message, as its statement writes it.
async fn event(app: &TestApp, kind: &str) -> Uuid {
    let id: Uuid = app.app.new_id().unwrap();
    sqlx::query(
        "INSERT INTO outbox (id, type, conversation_id, change_seq, message_id) VALUES ($1, $2, $3, 7, $4)",
    )
    .bind(id)
    .bind(kind)
    .bind(app.app.new_id::<Uuid>().unwrap())
    .bind(app.app.new_id::<Uuid>().unwrap())
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    id
}

/// The worker with its queue.
struct Worker {
    outbound: Outbound,
    queue: FakeQueue,
}

impl Worker {
    fn new() -> Self {
        let reach = Reach::Public(LocalReceivers::Allowed);
        Self { outbound: Outbound::new(reach, Version::One), queue: FakeQueue::default() }
    }

    async fn does(&self, app: &TestApp, body: &str) -> Result<(), TaskFailure> {
        send_webhooks::handle(&app.app, &self.outbound, &self.queue, task("1", body)).await
    }

    async fn hears_of(&self, app: &TestApp, event: Uuid) -> Result<(), TaskFailure> {
        self.does(app, &json!({"event_id": event}).to_string()).await
    }

    /// Does what was sent to the queue as if its time had come; how long each was to be kept back.
    async fn goes_on(&self, app: &TestApp) -> (Vec<u64>, Vec<Result<(), TaskFailure>>) {
        alter(app, "UPDATE webhook_deliveries SET due_at = now() - interval '1 second'").await;
        let (mut delays, mut outcomes) = (Vec::new(), Vec::new());
        for (body, delay) in self.queue.take() {
            delays.push(delay.as_secs());
            outcomes.push(self.does(app, &body).await);
        }
        (delays, outcomes)
    }
}

/// Whether one of the signatures is by this secret, checked as the specification says, without our code.
fn is_signed(request: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(request.header("webhook-id").as_bytes());
    mac.update(b".");
    mac.update(request.header("webhook-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&request.body);
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    request.header("webhook-signature").split(' ').any(|signature| signature == expected)
}

async fn deliveries(app: &TestApp, who: &Somebody, webhook: &Value) -> Vec<Value> {
    let asking = Request::get("/v1/admin/webhooks/{webhook_id}/deliveries")
        .at("webhook_id", webhook["id"].as_str().unwrap())
        .by(who);
    app.call(DELIVERIES, asking).await.ok()["items"].as_array().unwrap().clone()
}

async fn shown(app: &TestApp, who: &Somebody, webhook: &Value) -> Value {
    app.call(GET, Request::get(ONE).at("webhook_id", webhook["id"].as_str().unwrap()).by(who)).await.ok()
}

#[tokio::test]
async fn a_webhook_is_made_seen_changed_and_deleted_each_in_one_round_trip() {
    let app = TestApp::start().await;
    let root = of_role(&app, "admin").await;
    let made = app.call(CREATE, creating(&root, "https://hooks.example.org/a?b=c")).await.created();
    assert_eq!((&made["events"], &made["enabled"]), (&json!(["message.created"]), &json!(true)));
    let at = |request: Request| request.at("webhook_id", made["id"].as_str().unwrap()).by(&root);

    let stored: String = sqlx::query_scalar("SELECT webhooks::text FROM webhooks")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    let key = STANDARD.decode(made["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap()).unwrap();
    let hex = key.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert!(!stored.contains(&hex), "the secret is stored as it is");

    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("secret");
    app.call(GET, at(Request::get(ONE))).await.ok();
    let (seen, round_trips) = app.proxy.count(app.call(GET, at(Request::get(ONE)))).await;
    assert_eq!((seen.ok(), round_trips), (expected.clone(), 1));
    let list = app.call(LIST, Request::get(ROUTE).by(&root)).await.ok();
    assert_eq!(list["items"], json!([expected]));

    let change =
        json!({"events": ["member.added", "message.deleted"], "enabled": false, "description": "Both"});
    app.call(UPDATE, at(Request::patch(ONE, &json!({})))).await.ok();
    let (changed, round_trips) = app.proxy.count(app.call(UPDATE, at(Request::patch(ONE, &change)))).await;
    let changed = changed.ok();
    assert_eq!(round_trips, 1);
    for field in ["events", "enabled", "description"] {
        assert_eq!(changed[field], change[field]);
    }
    assert_eq!(changed["url"], made["url"]);
    assert_eq!(app.call(DELETE, at(Request::delete(ONE))).await.status, 204);
    app.call(DELETE, at(Request::delete(ONE))).await.problem(404, "not_found");
    app.call(GET, at(Request::get(ONE))).await.problem(404, "not_found");

    let events: Vec<(String, String)> = sqlx::query_as(
        "SELECT event, detail::text FROM audit_events WHERE subject_type = 'webhook' ORDER BY at",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sensitive_create", "sensitive_update", "sensitive_update", "sensitive_delete"]);
    assert_eq!(events[2].1, r#"{"fields": ["events", "description", "enabled"]}"#);
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_with_its_field() {
    let app = TestApp::start().await;
    let root = of_role(&app, "admin").await;
    let good = json!({"url": "https://hooks.example.org/", "events": ["message.created"]});
    for (field, value, expected, code) in [
        ("url", json!("ftp://example.org"), "url", "invalid_format"),
        ("url", json!("http://hooks.example.org/"), "url", "invalid_format"),
        ("url", json!("http://127.0.0.1/"), "url", "invalid_format"),
        ("url", json!("https://127.0.0.1/"), "url", "not_allowed"),
        ("url", json!("https://169.254.169.254/latest/meta-data"), "url", "not_allowed"),
        ("url", json!("https://[::ffff:10.0.0.1]/"), "url", "not_allowed"),
        ("url", json!("https://[fd00:ec2::254]/"), "url", "not_allowed"),
        ("url", json!(format!("https://example.org/{}", "a".repeat(2_048))), "url", "too_long"),
        ("events", json!([]), "events", "too_short"),
        ("events", json!(["message.created", "presence.updated"]), "events[1]", "invalid_value"),
        ("description", json!(" "), "description", "too_short"),
        ("enabled", json!("yes"), "enabled", "wrong_type"),
        ("secret", json!("mine"), "secret", "unknown_field"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        app.call(CREATE_ON_AWS, Request::post(ROUTE, &body).by(&root)).await.invalid(&[(expected, code)]);
    }
    let nothing = app.call(CREATE, Request::post(ROUTE, &json!({})).by(&root)).await;
    nothing.invalid(&[("url", "required"), ("events", "required")]);
    assert_eq!(app.call(LIST, Request::get(ROUTE).by(&root)).await.ok()["items"], json!([]));
}

#[tokio::test]
async fn admins_manage_auditors_look_and_others_do_not_even_learn_what_there_is() {
    let app = TestApp::start().await;
    let (root, auditor) = (of_role(&app, "admin").await, of_role(&app, "auditor").await);
    let (moderator, user) = (of_role(&app, "moderator").await, app.somebody("nobody").await);
    let made = app.call(CREATE, creating(&root, "https://hooks.example.org/")).await.created();
    let id = made["id"].as_str().unwrap();
    for (who, reads) in [(&auditor, 200), (&moderator, 403), (&user, 403)] {
        let at = |request: Request| request.at("webhook_id", id).by(who);
        let deliveries = "/v1/admin/webhooks/{webhook_id}/deliveries";
        assert_eq!(app.call(LIST, Request::get(ROUTE).by(who)).await.status, reads);
        assert_eq!(app.call(GET, at(Request::get(ONE))).await.status, reads);
        assert_eq!(app.call(DELIVERIES, at(Request::get(deliveries))).await.status, reads);
        for refused in [
            app.call(CREATE, creating(who, "https://hooks.example.org/")).await,
            app.call(UPDATE, at(Request::patch(ONE, &json!({"enabled": false})))).await,
            app.call(DELETE, at(Request::delete(ONE))).await,
            app.call(ROTATE, at(Request::post("/v1/admin/webhooks/{webhook_id}/secret", &json!({})))).await,
            app.call(TEST, at(Request::post("/v1/admin/webhooks/{webhook_id}/test", &json!({})))).await,
        ] {
            refused.problem(403, "role_required");
        }
    }
    assert_eq!(shown(&app, &root, &made).await["enabled"], true);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM webhooks")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_repeated_request_makes_one_webhook_and_one_secret() {
    let app = TestApp::start().await;
    let root = of_role(&app, "admin").await;
    let creating = |url| creating(&root, url).with_header("idempotency-key", "k1");
    let made = app.call(CREATE, creating("https://hooks.example.org/")).await.created();
    let again = app.call(CREATE, creating("https://hooks.example.org/")).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.created(), made);
    app.call(CREATE, creating("https://other.example.org/")).await.problem(422, "idempotency_key_reused");

    let rotating = || {
        Request::post("/v1/admin/webhooks/{webhook_id}/secret", &json!({}))
            .at("webhook_id", made["id"].as_str().unwrap())
            .with_header("idempotency-key", "k2")
            .by(&root)
    };
    let rotated = app.call(ROTATE, rotating()).await.created();
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!(app.call(ROTATE, rotating()).await.created(), rotated);
    let nowhere =
        Request::post("/v1/admin/webhooks/{webhook_id}/secret", &json!({})).at("webhook_id", new_id());
    app.call(ROTATE, nowhere.by(&root)).await.problem(404, "not_found");
}

#[tokio::test]
async fn there_are_fifty_webhooks_and_not_one_more() {
    let app = TestApp::start().await;
    let root = of_role(&app, "admin").await;
    for number in 0..50 {
        app.call(CREATE, creating(&root, &format!("https://hooks.example.org/{number}"))).await.created();
    }
    let answer = app.call(CREATE, creating(&root, "https://hooks.example.org/new")).await;
    answer.problem(409, "too_many_webhooks");
    assert_eq!(answer.json()["max"], 50);
    let page = app.call(LIST, Request::get(ROUTE).with_query("limit=30").by(&root)).await.ok();
    let rest = format!("limit=30&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = app.call(LIST, Request::get(ROUTE).with_query(&rest).by(&root)).await.ok();
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (30, 20));
}

#[tokio::test]
async fn a_receiver_is_told_of_what_it_subscribed_to_once_and_signed() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    let made = app.call(CREATE, creating(&root, &format!("{}/hook?x=1", receiver.url()))).await.created();
    let (wanted, other) = (event(&app, "message.created").await, event(&app, "member.added").await);
    for event in [wanted, other, wanted, new_id()] {
        worker.hears_of(&app, event).await.unwrap();
    }
    let requests = receiver.received();
    assert_eq!(requests.len(), 1, "{requests:?}");
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hook?x=1"));
    assert_eq!(request.header("webhook-id"), wanted.to_string());
    assert!(is_signed(request, made["secret"].as_str().unwrap()));
    let seconds: i64 = request.header("webhook-timestamp").parse().unwrap();
    assert!((seconds - app.app.clock.now().unix_timestamp()).abs() < 60);
    let body = request.json();
    testkit::Contract::load().check_schema("WebhookDelivery", &body).unwrap();
    assert_eq!(
        (&body["type"], &body["attempt"], &body["data"]["change_seq"]),
        (&json!("message.created"), &json!(1), &json!(7))
    );

    let listed = deliveries(&app, &root, &made).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["state"], &listed[0]["status"], &listed[0]["attempts"]),
        (&json!("delivered"), &json!(204), &json!(1))
    );
    assert!(worker.queue.take().is_empty());
}

#[tokio::test]
async fn what_fails_comes_again_later_and_later_under_the_same_id_and_ends_among_the_dead() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    let made = app.call(CREATE, creating(&root, &receiver.url())).await.created();
    receiver.answers_with(500);
    let wanted = event(&app, "message.created").await;
    worker.hears_of(&app, wanted).await.unwrap();
    assert!(shown(&app, &root, &made).await["failing_since"].is_string());
    let listed = deliveries(&app, &root, &made).await;
    assert_eq!((&listed[0]["state"], &listed[0]["status"]), (&json!("pending"), &json!(500)));
    assert!(listed[0]["due_at"].is_string());

    // Before its time it is only put back, and the event itself brings no other attempt.
    let waiting = worker.queue.take();
    worker.does(&app, &waiting[0].0).await.unwrap();
    worker.hears_of(&app, wanted).await.unwrap();
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(worker.queue.take().len(), 2);
    worker.does(&app, &waiting[0].0).await.unwrap();

    let mut delays = Vec::new();
    let last = loop {
        let (kept_back, outcomes) = worker.goes_on(&app).await;
        delays.extend(kept_back);
        assert_eq!(outcomes.len(), 1);
        if let Err(failure) = &outcomes[0] {
            break failure.clone();
        }
    };
    assert!(matches!(last, TaskFailure::Fail(_)), "{last:?}");
    assert_eq!(delays[1..], [30, 120, 600, 900, 900, 900]);
    let requests = receiver.received();
    let attempts: Vec<_> =
        requests.iter().map(|request| request.json()["attempt"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(requests.iter().all(|request| request.header("webhook-id") == wanted.to_string()));

    // As SQS brings it again until it is dead: it stays failed. Redriven later it begins anew.
    assert!(matches!(worker.does(&app, &waiting[0].0).await, Err(TaskFailure::Fail(_))));
    assert_eq!(receiver.received().len(), 8);
    receiver.answers_with(200);
    alter(&app, "UPDATE webhook_deliveries SET finished_at = finished_at - interval '61 minutes'").await;
    for _ in 0..2 {
        worker.does(&app, &waiting[0].0).await.unwrap();
    }
    assert_eq!(receiver.received().len(), 9);
    let listed = deliveries(&app, &root, &made).await;
    assert_eq!((&listed[0]["state"], &listed[0]["attempts"]), (&json!("delivered"), &json!(1)));
    assert_eq!(shown(&app, &root, &made).await["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_receiver_that_fails_for_a_day_or_is_gone_is_disabled_and_that_is_recorded() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    let made = app.call(CREATE, creating(&root, &receiver.url())).await.created();
    receiver.answers_with(503);
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    alter(&app, "UPDATE webhooks SET failing_since = now() - interval '23 hours'").await;
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    assert_eq!(shown(&app, &root, &made).await["enabled"], true);
    alter(&app, "UPDATE webhooks SET failing_since = now() - interval '25 hours'").await;
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    let disabled = shown(&app, &root, &made).await;
    assert_eq!((&disabled["enabled"], &disabled["disabled_reason"]), (&json!(false), &json!("failing")));

    // What waits is told no more, and nothing new is noted; that is nobody's failure.
    let (_, outcomes) = worker.goes_on(&app).await;
    assert!(outcomes.len() == 3 && outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    assert_eq!(receiver.received().len(), 3);
    let listed = deliveries(&app, &root, &made).await;
    assert!(
        listed.len() == 3 && listed.iter().all(|delivery| delivery["failure"] == "disabled"),
        "{listed:?}"
    );

    let enabling = Request::patch(ONE, &json!({"enabled": true}))
        .at("webhook_id", made["id"].as_str().unwrap())
        .by(&root);
    let enabled = app.call(UPDATE, enabling).await.ok();
    assert_eq!((&enabled["disabled_reason"], &enabled["failing_since"]), (&Value::Null, &Value::Null));
    receiver.answers_with(410);
    let told = worker.hears_of(&app, event(&app, "message.created").await).await;
    assert_eq!(told, Ok(()));
    assert_eq!(shown(&app, &root, &made).await["disabled_reason"], "gone");

    let reasons: Vec<String> = sqlx::query_scalar(
        "SELECT detail->>'reason' FROM audit_events WHERE event = 'sensitive_update' AND actor_id IS NULL ORDER BY at",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(reasons, ["failing", "gone"]);
}

#[tokio::test]
async fn one_receiver_that_fails_keeps_nothing_from_another() {
    let app = TestApp::start().await;
    let (root, worker) = (of_role(&app, "admin").await, Worker::new());
    let (good, bad) = (Receiver::start().await, Receiver::start().await);
    bad.answers_with(500);
    for url in [good.url(), bad.url(), "http://127.0.0.1:1/".to_owned()] {
        app.call(CREATE, creating(&root, &url)).await.created();
    }
    for _ in 0..3 {
        worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    }
    assert_eq!((good.received().len(), bad.received().len()), (3, 3));
    assert_eq!(worker.queue.take().len(), 6, "those that failed, each by itself");
}

#[tokio::test]
async fn what_the_queue_does_not_take_is_tried_with_the_event_again() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    app.call(CREATE, creating(&root, &receiver.url())).await.created();
    receiver.answers_with(500);
    worker.queue.breaks();
    let wanted = event(&app, "message.created").await;
    assert!(matches!(worker.hears_of(&app, wanted).await, Err(TaskFailure::Retry(_))));
    worker.queue.is_mended();
    worker.hears_of(&app, wanted).await.unwrap();
    assert_eq!((receiver.received().len(), worker.queue.take().len()), (1, 1));
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    let made = app.call(CREATE, creating(&root, &receiver.url())).await.created();
    let rotating = Request::post("/v1/admin/webhooks/{webhook_id}/secret", &json!({}));
    let rotated =
        app.call(ROTATE, rotating.at("webhook_id", made["id"].as_str().unwrap()).by(&root)).await.created();
    let (old, new) = (made["secret"].as_str().unwrap(), rotated["secret"].as_str().unwrap());
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    alter(&app, "UPDATE webhooks SET old_until = now()").await;
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    let signed: Vec<_> = receiver
        .received()
        .iter()
        .map(|request| (is_signed(request, old), is_signed(request, new)))
        .collect();
    assert_eq!(signed, [(true, true), (false, true)]);
}

#[tokio::test]
async fn a_test_reaches_a_webhook_that_is_not_enabled_yet() {
    let app = TestApp::start().await;
    let (root, receiver, worker) = (of_role(&app, "admin").await, Receiver::start().await, Worker::new());
    let body = json!({"url": receiver.url(), "events": ["member.added"], "enabled": false});
    let made = app.call(CREATE, Request::post(ROUTE, &body).by(&root)).await.created();
    let testing = Request::post("/v1/admin/webhooks/{webhook_id}/test", &json!({}));
    let answer = app.call(TEST, testing.at("webhook_id", made["id"].as_str().unwrap()).by(&root)).await;
    assert_eq!(answer.status, 202, "{answer}");
    let delivery = answer.json();
    let sent = json!({"delivery_id": delivery["id"]}).to_string();
    assert!(TESTS.sent().contains(&sent), "{:?}", TESTS.sent());
    worker.does(&app, &sent).await.unwrap();
    let body = receiver.received()[0].json();
    assert_eq!(
        (&body["type"], &body["id"], &body["data"]),
        (&json!("webhook.test"), &delivery["event_id"], &json!({}))
    );
    assert_eq!(deliveries(&app, &root, &made).await[0]["state"], "delivered");
}

#[tokio::test]
async fn nothing_inside_of_the_network_is_called_and_no_redirect_is_followed() {
    let app = TestApp::start().await;
    let (root, receiver, elsewhere) =
        (of_role(&app, "admin").await, Receiver::start().await, Receiver::start().await);
    let worker = Worker::new();
    let target = elsewhere.url();
    receiver.answers(move |_| (307, vec![("location", target.clone())], String::new()));
    let made = app.call(CREATE, creating(&root, &receiver.url())).await.created();
    worker.hears_of(&app, event(&app, "message.created").await).await.unwrap();
    assert_eq!(deliveries(&app, &root, &made).await[0]["status"], 307);
    assert!(elsewhere.received().is_empty());

    // As on AWS: whatever the row says, a name or an address of this machine is not connected to.
    let strict = Worker {
        outbound: Outbound::new(Reach::Public(LocalReceivers::Refused), Version::One),
        queue: FakeQueue::default(),
    };
    let port = receiver.url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "127.1", "0x7f000001", "2130706433"] {
        sqlx::query("UPDATE webhooks SET url = $1")
            .bind(format!("http://{host}:{port}/"))
            .execute(&mut app.connect().await)
            .await
            .unwrap();
        strict.hears_of(&app, event(&app, "message.created").await).await.unwrap();
        let newest = &deliveries(&app, &root, &made).await[0];
        assert_eq!(newest["failure"], "address_not_public", "{host}: {newest}");
    }
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_never_tried_again() {
    let app = TestApp::start().await;
    for body in [
        "",
        "{}",
        "null",
        r#"{"event_id": "x"}"#,
        r#"{"message_id": "01890a5d-ac96-774b-bcce-b302099a8057"}"#,
    ] {
        assert!(matches!(Worker::new().does(&app, body).await, Err(TaskFailure::Fail(_))), "{body}");
    }
}
