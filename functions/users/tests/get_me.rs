//! `GET /v1/users/me`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use shared::id::{SessionId, UserId};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp};
use users::{get_me, register_user};

const REGISTER: HttpHandler = |app, call| Box::pin(register_user::handle(app, call));
const GET: HttpHandler = |app, call| Box::pin(get_me::handle(app, call));

async fn registered(app: &TestApp) -> (Somebody, Value) {
    let body =
        json!({"username": "alice", "password": "correct horse battery", "email": "alice@example.org"});
    let answer = app.call(REGISTER, Request::post("/v1/users", &body)).await.created();
    let id = |value: &Value| value.as_str().unwrap().parse().unwrap();
    let somebody = Somebody {
        id: UserId(id(&answer["user"]["id"])),
        session: SessionId(id(&answer["session"]["session_id"])),
    };
    (somebody, answer["user"].clone())
}

#[tokio::test]
async fn one_sees_ones_own_profile_in_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, profile) = registered(&app).await;
    let getting = || Request::get("/v1/users/me").by(&alice);
    assert_eq!(app.call(GET, getting()).await.ok(), profile);

    let round_trips = app.proxy.round_trips();
    app.call(GET, getting()).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn an_address_that_was_moved_to_another_user_does_not_open() {
    let app = TestApp::start().await;
    registered(&app).await;
    let bob = app.somebody("bob").await;
    sqlx::query(
        "UPDATE users AS thief SET email_sealed = victim.email_sealed, email_keyring_id = victim.email_keyring_id
         FROM users AS victim WHERE thief.username = 'bob' AND victim.username = 'alice'",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let profile = app.call(GET, Request::get("/v1/users/me").by(&bob)).await.ok();
    assert_eq!(profile["email"], Value::Null);
}

#[tokio::test]
async fn without_a_live_session_there_is_no_profile() {
    let app = TestApp::start().await;
    let (alice, _) = registered(&app).await;
    app.call(GET, Request::get("/v1/users/me")).await.problem(401, "unauthenticated");
    let mallory = app.somebody("mallory").await;
    let mixed = Somebody { id: alice.id, session: mallory.session };
    app.call(GET, Request::get("/v1/users/me").by(&mixed)).await.problem(401, "unauthenticated");
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(GET, Request::get("/v1/users/me").by(&alice)).await.problem(401, "unauthenticated");
}
