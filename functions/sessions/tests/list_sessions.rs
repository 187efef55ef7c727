//! `GET /v1/sessions`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use sessions::list_sessions;
use shared::serve::HttpHandler;
use testkit::{Request, TestApp};
use uuid::Uuid;

const LIST: HttpHandler = |app, call| Box::pin(list_sessions::handle(app, call));

async fn logins(app: &TestApp, username: &str, devices: usize) {
    let ids: Vec<Uuid> = (0..devices).map(|_| app.app.new_id().unwrap()).collect();
    sqlx::query(
        "INSERT INTO sessions (id, user_id, device_name, access_hash, access_expires_at, expires_at, created_at)
         SELECT login.id, users.id, 'device ' || number, (username || number)::bytea, now() + interval '1 day',
                now() + interval '1 day', now() + number * interval '1 second'
         FROM users, unnest($2) WITH ORDINALITY AS login (id, number) WHERE username = $1",
    )
    .bind(username)
    .bind(ids)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
}

fn devices(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["device_name"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn one_sees_ones_own_live_sessions_and_which_of_them_asks() {
    let app = TestApp::start().await;
    let (alice, _) = (app.somebody("alice").await, app.somebody("bob").await);
    logins(&app, "alice", 3).await;
    logins(&app, "bob", 1).await;
    for end in [
        "UPDATE sessions SET revoked_at = now() WHERE device_name = 'device 1'",
        "UPDATE sessions SET expires_at = now() WHERE device_name = 'device 2'",
    ] {
        sqlx::query(end).execute(&mut app.connect().await).await.unwrap();
    }
    let page = app.call(LIST, Request::get("/v1/sessions").by(&alice)).await.ok();
    assert_eq!(devices(&page), ["device 3", "-"]);
    assert_eq!((&page["items"][0]["current"], &page["items"][1]["current"]), (&json!(false), &json!(true)));
    assert_eq!(page["items"][1]["id"], json!(alice.session));
}

#[tokio::test]
async fn where_the_refresh_token_ended_nobody_is_logged_in_any_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    logins(&app, "alice", 4).await;
    // All but the fourth have an access token that is over, and a refresh token: one that is good, one that ended, one that was used.
    let statement = "WITH old AS (
             UPDATE sessions SET access_expires_at = now() - interval '1 hour'
             WHERE device_name IN ('device 1', 'device 2', 'device 3') RETURNING id, device_name
         )
         INSERT INTO refresh_tokens (hash, session_id, expires_at, used_at)
         SELECT device_name::bytea, id,
                now() + CASE device_name WHEN 'device 2' THEN interval '-1 second' ELSE interval '1 day' END,
                CASE device_name WHEN 'device 3' THEN now() END
         FROM old";
    sqlx::query(statement).execute(&mut app.connect().await).await.unwrap();
    let page = app.call(LIST, Request::get("/v1/sessions").by(&alice)).await.ok();
    assert_eq!(devices(&page), ["device 4", "device 1", "-"]);
}

#[tokio::test]
async fn pages_follow_one_another_in_one_round_trip_each() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    logins(&app, "alice", 4).await;
    let listing = |query: &str| Request::get("/v1/sessions").by(&alice).with_query(query);
    let first = app.call(LIST, listing("limit=3")).await.ok();
    assert_eq!(devices(&first), ["device 4", "device 3", "device 2"]);
    let round_trips = app.proxy.round_trips();
    let rest = format!("limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = app.call(LIST, listing(&rest)).await.ok();
    assert_eq!((devices(&rest), rest.get("next_cursor")), (vec!["device 1", "-"], None));
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn without_a_live_session_there_is_no_list() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    app.call(LIST, Request::get("/v1/sessions")).await.problem(401, "unauthenticated");
    app.call(LIST, Request::get("/v1/sessions").by(&alice).with_query("limit=0"))
        .await
        .invalid(&[("limit", "invalid_value")]);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(LIST, Request::get("/v1/sessions").by(&alice)).await.problem(401, "unauthenticated");
}
