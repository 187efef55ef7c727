//! `POST /v1/conversations`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;

use conversations::create_conversation;
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

const CREATE: HttpHandler = |app, call| Box::pin(create_conversation::handle(app, call));

fn creating(somebody: &Somebody, body: &Value) -> Request {
    Request::post("/v1/conversations", body).by(somebody)
}

fn direct_with(other: &Somebody) -> Value {
    json!({"type": "direct", "member_ids": [other.id]})
}

async fn rows(app: &TestApp) -> (i64, i64, i64, i64) {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM conversation_keys),
                (SELECT count(*) FROM members), (SELECT count(*) FROM outbox)",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_group_has_its_sealed_title_its_owner_and_its_members() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    // Named twice, and with oneself: each is a member once.
    let body = json!({"type": "group", "title": " Canary birds ", "member_ids": [bob.id, carol.id, bob.id, alice.id]});
    let group = app.call(CREATE, creating(&alice, &body)).await.created();
    assert_eq!(
        (&group["title"], &group["role"], &group["member_count"]),
        (&json!("Canary birds"), &json!("owner"), &json!(3))
    );
    assert_eq!(
        (&group["last_seq"], &group["change_seq"], &group["last_message"]),
        (&json!(0), &json!(1), &Value::Null)
    );

    let roles: Vec<(String, String)> = sqlx::query_as(
        "SELECT users.username, members.role FROM members JOIN users ON users.id = user_id ORDER BY username",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let role = |name: &str, role: &str| (name.to_owned(), role.to_owned());
    assert_eq!(roles, [role("alice", "owner"), role("bob", "member"), role("carol", "member")]);
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT title_sealed FROM conversations")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("Canary"));
}

#[tokio::test]
async fn creating_is_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = json!({"type": "group", "title": "a", "member_ids": []});
    app.call(CREATE, creating(&alice, &group)).await.created();

    let round_trips = app.proxy.round_trips();
    app.call(CREATE, creating(&alice, &group)).await.created();
    app.call(CREATE, creating(&alice, &direct_with(&bob))).await.created();
    assert_eq!(app.proxy.round_trips() - round_trips, 2);
}

#[tokio::test]
async fn there_is_one_direct_conversation_for_a_pair_whoever_asks() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let first = app.call(CREATE, creating(&alice, &direct_with(&bob))).await.created();
    assert_eq!(
        (&first["title"], &first["role"], &first["member_count"]),
        (&Value::Null, &json!("member"), &json!(2))
    );
    let again = app.call(CREATE, creating(&alice, &direct_with(&bob))).await.ok();
    let other = app.call(CREATE, creating(&bob, &direct_with(&alice))).await.ok();
    assert_eq!(first, again);
    assert_eq!(first["id"], other["id"]);
    assert_eq!(rows(&app).await, (1, 1, 2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_of_a_pair_may_ask_at_once() {
    let app = Arc::new(TestApp::start().await);
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let asks = (0..10).map(|number| {
        let (app, (one, other)) =
            (Arc::clone(&app), if number % 2 == 0 { (alice, bob) } else { (bob, alice) });
        tokio::spawn(async move {
            creating(&one, &direct_with(&other)).through(&app.cold_environment(), CREATE).await
        })
    });
    let (mut ids, mut created) = (HashSet::new(), 0);
    for ask in asks.collect::<Vec<_>>() {
        let answer = ask.await.unwrap();
        created += usize::from(answer.status == 201);
        ids.insert(answer.json()["id"].to_string());
    }
    assert_eq!((ids.len(), created), (1, 1));
    assert_eq!(rows(&app).await, (1, 1, 2, 1));
}

#[tokio::test]
async fn every_bad_field_is_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let many: Vec<_> = (0..101).map(|_| new_id()).collect();
    for (body, expected) in [
        (json!({}), vec![("type", "required"), ("member_ids", "required")]),
        (json!({"type": "channel", "member_ids": []}), vec![("type", "invalid_value")]),
        (json!({"type": "direct", "member_ids": []}), vec![("member_ids", "invalid_value")]),
        (json!({"type": "direct", "member_ids": [alice.id]}), vec![("member_ids", "invalid_value")]),
        (
            json!({"type": "direct", "member_ids": [new_id(), new_id()]}),
            vec![("member_ids", "invalid_value")],
        ),
        (
            json!({"type": "direct", "member_ids": [new_id()], "title": "no"}),
            vec![("title", "unknown_field")],
        ),
        (json!({"type": "direct", "member_ids": [new_id()]}), vec![("member_ids", "unknown_user")]),
        (json!({"type": "group", "member_ids": []}), vec![("title", "required")]),
        (json!({"type": "group", "member_ids": [], "title": " "}), vec![("title", "too_short")]),
        (json!({"type": "group", "member_ids": [], "title": "x".repeat(129)}), vec![("title", "too_long")]),
        (json!({"type": "group", "member_ids": [], "title": "a\nb"}), vec![("title", "invalid_value")]),
        (json!({"type": "group", "member_ids": "all", "title": "a"}), vec![("member_ids", "wrong_type")]),
        (
            json!({"type": "group", "member_ids": [new_id(), "x"], "title": "a"}),
            vec![("member_ids[1]", "invalid_format")],
        ),
        (json!({"type": "group", "member_ids": many, "title": "a"}), vec![("member_ids", "too_long")]),
        (
            json!({"type": "group", "member_ids": [new_id()], "title": "a"}),
            vec![("member_ids", "unknown_user")],
        ),
        (
            json!({"type": "group", "member_ids": [], "title": "a", "id": new_id()}),
            vec![("id", "unknown_field")],
        ),
    ] {
        app.call(CREATE, creating(&alice, &body)).await.invalid(&expected);
    }
    assert_eq!(rows(&app).await, (0, 0, 0, 0));
}

#[tokio::test]
async fn a_session_that_has_ended_makes_nothing() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(CREATE, creating(&alice, &direct_with(&bob))).await.problem(401, "unauthenticated");
    app.call(CREATE, Request::post("/v1/conversations", &direct_with(&bob)))
        .await
        .problem(401, "unauthenticated");
    assert_eq!(rows(&app).await, (0, 0, 0, 0));
}
