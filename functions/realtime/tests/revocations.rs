//! Whatever ends a session has its sockets closed.

use admin::update_admin_user;
use serde_json::{Value, json};
use sessions::{delete_current_session, delete_session, refresh_session};
use shared::id::{SessionId, UserId};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody};
use users::{change_password, delete_me, register_user};

use crate::talk::*;

const REGISTER: HttpHandler = |app, call| Box::pin(register_user::handle(app, call));
const LOG_OUT: HttpHandler = |app, call| Box::pin(delete_current_session::handle(app, call));
const DELETE: HttpHandler = |app, call| Box::pin(delete_session::handle(app, call));
const REFRESH: HttpHandler = |app, call| Box::pin(refresh_session::handle(app, call));
const CHANGE_PASSWORD: HttpHandler = |app, call| Box::pin(change_password::handle(app, call));
const DELETE_ME: HttpHandler = |app, call| Box::pin(delete_me::handle(app, call));
const UPDATE_USER: HttpHandler = |app, call| Box::pin(update_admin_user::handle(app, call));

const PASSWORD: &str = "correct horse battery";

/// Somebody with a password, and their refresh token.
async fn registers(world: &World, name: &str) -> (Somebody, Value) {
    let body = json!({"username": name, "password": PASSWORD});
    let answer = world.app.call(REGISTER, Request::post("/v1/users", &body)).await.created();
    let id = |value: &Value| value.as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let session = &answer["session"];
    let somebody =
        Somebody { id: UserId(id(&answer["user"]["id"])), session: SessionId(id(&session["session_id"])) };
    (somebody, session["refresh_token"].clone())
}

/// A further session of the same user.
async fn another_session(world: &World, somebody: &Somebody) -> Somebody {
    let session: SessionId = world.app.app.new_id().unwrap();
    world
        .behind(format!(
            "INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
             VALUES ('{session}', '{}', sha256('{session}'), now() + interval '15 minutes', now() + interval '90 days')",
            somebody.id
        ))
        .await;
    Somebody { session, ..*somebody }
}

/// What is closed once everything was told.
async fn closed(world: &World) -> Vec<String> {
    world.tells_everything().await;
    let mut closed = world.gateway.closed();
    closed.sort();
    closed
}

#[tokio::test]
async fn logging_out_and_losing_a_device() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (lost, kept) = (another_session(&world, &alice).await, another_session(&world, &alice).await);
    let (hers, its, other) =
        (world.connects(&alice).await, world.connects(&lost).await, world.connects(&kept).await);
    let request = Request::delete("/v1/sessions/{session_id}").at("session_id", lost.session).by(&kept);
    assert_eq!(world.app.call(DELETE, request.clone()).await.status, 204);
    assert_eq!(closed(&world).await, std::slice::from_ref(&its));
    assert_eq!(world.app.call(DELETE, request).await.status, 204);
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 1, "it ended once");
    assert_eq!(world.app.call(LOG_OUT, Request::delete("/v1/sessions/current").by(&alice)).await.status, 204);
    let mut both = [its, hers];
    both.sort();
    assert_eq!(closed(&world).await, both);
    assert_eq!(world.says(&other, &json!({"action": "ping"})).await["status"], 200);
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice() {
    let world = World::start().await;
    let (alice, token) = registers(&world, "alice").await;
    let socket = world.connects(&alice).await;
    let body = json!({"refresh_token": token});
    let next = world.app.call(REFRESH, Request::post("/v1/sessions/refresh", &body)).await.ok();
    let later = json!({"refresh_token": next["refresh_token"]});
    world.app.call(REFRESH, Request::post("/v1/sessions/refresh", &later)).await.ok();
    assert!(closed(&world).await.is_empty());
    world
        .app
        .call(REFRESH, Request::post("/v1/sessions/refresh", &body))
        .await
        .problem(401, "invalid_credentials");
    assert_eq!(closed(&world).await, [socket]);
}

#[tokio::test]
async fn another_password_ends_the_others() {
    let world = World::start().await;
    let (alice, _) = registers(&world, "alice").await;
    let other = another_session(&world, &alice).await;
    let (_hers, its) = (world.connects(&alice).await, world.connects(&other).await);
    let body = json!({"current_password": PASSWORD, "new_password": "seven green bottles"});
    let request = Request::put("/v1/users/me/password", &body).by(&alice);
    assert_eq!(world.app.call(CHANGE_PASSWORD, request).await.status, 204);
    assert_eq!(closed(&world).await, [its]);
}

#[tokio::test]
async fn an_account_that_is_deleted() {
    let world = World::start().await;
    let (alice, _) = registers(&world, "alice").await;
    let socket = world.connects(&alice).await;
    let request = Request::delete("/v1/users/me").with_json(&json!({"password": PASSWORD})).by(&alice);
    assert_eq!(world.app.call(DELETE_ME, request).await.status, 202);
    assert_eq!(closed(&world).await, [socket]);
}

#[tokio::test]
async fn a_user_who_is_suspended() {
    let world = World::start().await;
    let (alice, boss) = (world.app.somebody("alice").await, world.app.somebody("boss").await);
    world.behind("UPDATE users SET role = 'admin' WHERE username = 'boss'").await;
    let (socket, _his) = (world.connects(&alice).await, world.connects(&boss).await);
    let path = "/v1/admin/users/{user_id}";
    let change = |body: Value| Request::patch(path, &body).at("user_id", alice.id).by(&boss);
    world.app.call(UPDATE_USER, change(json!({"role": "moderator"}))).await.ok();
    assert!(closed(&world).await.is_empty());
    world.app.call(UPDATE_USER, change(json!({"suspended": true}))).await.ok();
    assert_eq!(closed(&world).await, [socket]);
}
