//! Devices, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use notifications::list_devices::{self, Reach};
use notifications::target::Platform;
use notifications::url::LocalReceivers;
use notifications::{register_device, remove_device};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};
use uuid::Uuid;

const REGISTER: HttpHandler =
    |app, call| Box::pin(register_device::handle(app, LocalReceivers::Refused, call));
const REMOVE: HttpHandler = |app, call| Box::pin(remove_device::handle(app, call));
const LIST: HttpHandler = |app, call| {
    Box::pin(async move {
        let reach = Reach { platforms: vec![Platform::Web], web_push_key: Some("key".to_owned()) };
        list_devices::handle(app, &reach, call).await
    })
};

const ROUTE: &str = "/v1/devices/{device_id}";
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

fn registering(who: &Somebody, id: Uuid, body: &Value) -> Request {
    Request::put(ROUTE, body).at("device_id", id).by(who)
}

fn fcm(token: &str) -> Value {
    json!({"platform": "fcm", "token": token})
}

async fn ids(app: &TestApp, who: &Somebody) -> Vec<Value> {
    let list = app.call(LIST, Request::get("/v1/devices").by(who)).await.ok();
    list["items"].as_array().unwrap().iter().map(|device| device["id"].clone()).collect()
}

async fn count(app: &TestApp, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&mut app.connect().await).await.unwrap()
}

/// A second session of the same user.
async fn again(app: &TestApp, who: &Somebody) -> Somebody {
    let other = app.somebody(&format!("other_{}", &new_id().simple().to_string()[..20])).await;
    sqlx::query("UPDATE sessions SET user_id = $1 WHERE id = $2")
        .bind(who.id.0)
        .bind(other.session.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    Somebody { id: who.id, session: other.session }
}

#[tokio::test]
async fn a_device_is_registered_in_one_round_trip_and_again_changes_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let id = new_id();
    let body =
        json!({"platform": "apns", "token": "AB".repeat(32), "app_id": "org.example.chat", "locale": "de"});
    let device = app.call(REGISTER, registering(&alice, id, &body)).await.ok();
    let round_trips = app.proxy.round_trips();
    let same = app.call(REGISTER, registering(&alice, id, &body)).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!(same["created_at"], device["created_at"]);
    assert_eq!(
        (&device["platform"], &device["app_id"], &device["current"]),
        (&json!("apns"), &json!("org.example.chat"), &json!(true))
    );
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 1);

    app.call(LIST, Request::get("/v1/devices").by(&alice)).await.ok();
    let (list, round_trips) = app.proxy.count(app.call(LIST, Request::get("/v1/devices").by(&alice))).await;
    let list = list.ok();
    assert_eq!(round_trips, 1);
    assert_eq!(
        (&list["items"][0]["id"], &list["platforms"], &list["web_push_key"]),
        (&json!(id), &json!(["web"]), &json!("key"))
    );

    // Neither the token nor anything it can be found by is in the database.
    let stored: String = sqlx::query_scalar("SELECT devices::text FROM devices")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    let hex = "ab".repeat(32).bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert!(!stored.contains(&"ab".repeat(32)) && !stored.contains(&hex), "{stored}");
}

#[tokio::test]
async fn a_token_moves_to_whoever_registers_it_last() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (one, other) = (new_id(), new_id());
    app.call(REGISTER, registering(&alice, one, &fcm("shared"))).await.ok();
    // The same installation under another id, then the telephone in other hands.
    app.call(REGISTER, registering(&alice, other, &fcm("shared"))).await.ok();
    assert_eq!(ids(&app, &alice).await, [json!(other)]);
    app.call(REGISTER, registering(&bob, other, &fcm("shared"))).await.ok();
    assert!(ids(&app, &alice).await.is_empty());
    assert_eq!(ids(&app, &bob).await, [json!(other)]);
    // A new token of the same installation.
    app.call(REGISTER, registering(&bob, other, &fcm("renewed"))).await.ok();
    app.call(REGISTER, registering(&alice, one, &fcm("shared"))).await.ok();
    assert_eq!(ids(&app, &bob).await, [json!(other)]);
}

#[tokio::test]
async fn a_device_goes_with_its_session_however_that_ends() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    for (name, end) in [
        ("revoked", "UPDATE sessions SET revoked_at = now() WHERE id = $1"),
        ("expired", "UPDATE sessions SET expires_at = now() WHERE id = $1"),
        ("removed", "DELETE FROM sessions WHERE id = $1"),
    ] {
        let telephone = again(&app, &alice).await;
        app.call(REGISTER, registering(&telephone, new_id(), &fcm(name))).await.ok();
        assert_eq!(ids(&app, &alice).await.len(), 1);
        sqlx::query(end).bind(telephone.session.0).execute(&mut app.connect().await).await.unwrap();
        assert!(ids(&app, &alice).await.is_empty(), "{name}");
        app.call(REGISTER, registering(&telephone, new_id(), &fcm(name))).await;
    }
    app.call(REGISTER, registering(&alice, new_id(), &fcm("mine"))).await.ok();
    // What a session left that ended by itself makes room.
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 1);
    sqlx::query("DELETE FROM users WHERE id = $1")
        .bind(alice.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 0);
}

#[tokio::test]
async fn a_user_has_twenty_five_devices_and_not_one_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut known = Vec::new();
    for number in 0..25 {
        known.push(new_id());
        app.call(REGISTER, registering(&alice, known[number], &fcm(&format!("t{number}")))).await.ok();
    }
    let answer = app.call(REGISTER, registering(&alice, new_id(), &fcm("new"))).await;
    answer.problem(409, "too_many_devices");
    assert_eq!(answer.json()["max"], 25);
    // A known one comes again, one takes the token of another, one goes: there is room.
    app.call(REGISTER, registering(&alice, known[3], &fcm("t3b"))).await.ok();
    app.call(REGISTER, registering(&alice, new_id(), &fcm("t7"))).await.ok();
    app.call(REGISTER, registering(&alice, new_id(), &fcm("new"))).await.problem(409, "too_many_devices");
    let removed = app.call(REMOVE, Request::delete(ROUTE).at("device_id", known[0]).by(&alice)).await;
    assert_eq!(removed.status, 204);
    app.call(REGISTER, registering(&alice, new_id(), &fcm("new"))).await.ok();
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_come_at_once_none_is_lost_and_none_is_too_many() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let environments: Vec<_> = (0..4).map(|_| Arc::new(app.cold_environment())).collect();
    let mut statuses = Vec::new();
    for round in 0..8 {
        let calls: Vec<_> = environments
            .iter()
            .enumerate()
            .map(|(number, environment)| {
                let environment = Arc::clone(environment);
                let request = registering(&alice, new_id(), &fcm(&format!("t{round}-{number}")));
                tokio::spawn(async move { request.through(&environment, REGISTER).await.status })
            })
            .collect();
        for call in calls {
            statuses.push(call.await.unwrap());
        }
    }
    let registered = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(registered, 25, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 503].contains(status)), "{statuses:?}");
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 25);
}

#[tokio::test]
async fn what_is_no_device_is_refused_with_its_field() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let web = |endpoint: &str, auth: &str| json!({"platform": "web", "subscription": {"endpoint": endpoint, "keys": {"p256dh": P256DH, "auth": auth}}});
    for (body, errors) in [
        (json!({}), vec![("platform", "required")]),
        (json!({"platform": "pager", "token": "x"}), vec![("platform", "invalid_value")]),
        (json!({"platform": "apns", "token": "xyz"}), vec![("token", "invalid_format")]),
        (json!({"platform": "apns"}), vec![("token", "required")]),
        (json!({"platform": "fcm", "token": "a".repeat(4_097)}), vec![("token", "too_long")]),
        (
            json!({"platform": "fcm", "token": "a", "subscription": {}}),
            vec![("subscription", "unknown_field")],
        ),
        (
            json!({"platform": "web", "token": "a"}),
            vec![("subscription", "required"), ("token", "unknown_field")],
        ),
        (
            web("http://127.0.0.1/x", "BTBZMqHH6r4Tts7J_aSIgg"),
            vec![("subscription.endpoint", "invalid_format")],
        ),
        (web("https://push.example.org/x", "short"), vec![("subscription.keys.auth", "invalid_format")]),
        (
            json!({"platform": "fcm", "token": "a", "app_id": "a b", "locale": "de_AT"}),
            vec![("app_id", "invalid_format"), ("locale", "invalid_format")],
        ),
    ] {
        app.call(REGISTER, registering(&alice, new_id(), &body)).await.invalid(&errors);
    }
    let nowhere = Request::put(ROUTE, &fcm("a")).at("device_id", "phone").by(&alice);
    app.call(REGISTER, nowhere).await.invalid(&[("device_id", "invalid_format")]);
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 0);
    app.call(
        REGISTER,
        registering(&alice, new_id(), &web("https://push.example.org/x", "BTBZMqHH6r4Tts7J_aSIgg")),
    )
    .await
    .ok();
}

#[tokio::test]
async fn without_a_live_session_nothing_is_done() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let id = new_id();
    app.call(REGISTER, registering(&alice, id, &fcm("a"))).await.ok();
    let stranger = Somebody { session: new_id().into(), ..alice };
    app.call(REGISTER, registering(&stranger, id, &fcm("b"))).await.problem(401, "unauthenticated");
    let removing = Request::delete(ROUTE).at("device_id", id).by(&stranger);
    app.call(REMOVE, removing).await.problem(401, "unauthenticated");
    app.call(LIST, Request::get("/v1/devices").by(&stranger)).await.problem(401, "unauthenticated");
    assert_eq!(ids(&app, &alice).await, [json!(id)]);
}
