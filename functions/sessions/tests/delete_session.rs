//! `DELETE /v1/sessions/{session_id}` and `DELETE /v1/sessions/current`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use sessions::{delete_current_session, delete_session};
use shared::id::SessionId;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

const DELETE: HttpHandler = |app, call| Box::pin(delete_session::handle(app, call));
const DELETE_CURRENT: HttpHandler = |app, call| Box::pin(delete_current_session::handle(app, call));

fn deleting(caller: &Somebody, session: impl ToString) -> Request {
    Request::delete("/v1/sessions/{session_id}").at("session_id", session).by(caller)
}

/// The same user in a second session.
async fn elsewhere(app: &TestApp, somebody: &Somebody) -> Somebody {
    let session = SessionId(new_id());
    sqlx::query(
        "INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
         VALUES ($1, $2, $1::text::bytea, now() + interval '15 minutes', now() + interval '90 days')",
    )
    .bind(session.0)
    .bind(somebody.id.0)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    Somebody { session, ..*somebody }
}

#[tokio::test]
async fn one_ends_ones_other_session_and_goes_on_in_this_one() {
    let app = TestApp::start().await;
    let here = app.somebody("alice").await;
    let there = elsewhere(&app, &here).await;
    assert_eq!(app.call(DELETE, deleting(&here, there.session)).await.status, 204);
    app.call(DELETE, deleting(&there, here.session)).await.problem(401, "unauthenticated");
    // Once more changes nothing.
    let round_trips = app.proxy.round_trips();
    assert_eq!(app.call(DELETE, deleting(&here, there.session)).await.status, 204);
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn who_logs_out_is_out_at_once() {
    let app = TestApp::start().await;
    let here = app.somebody("alice").await;
    let there = elsewhere(&app, &here).await;
    let logging_out = || Request::delete("/v1/sessions/current").by(&here);
    assert_eq!(app.call(DELETE_CURRENT, logging_out()).await.status, 204);
    app.call(DELETE_CURRENT, logging_out()).await.problem(401, "unauthenticated");
    let other = Request::delete("/v1/sessions/current").by(&there);
    assert_eq!(app.call(DELETE_CURRENT, other).await.status, 204);
}

#[tokio::test]
async fn somebody_elses_session_is_like_none() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let foreign = app.call(DELETE, deleting(&eve, alice.session)).await;
    foreign.problem(404, "not_found");
    assert_eq!(foreign.masked(), app.call(DELETE, deleting(&eve, new_id())).await.masked());
    assert_eq!(app.call(DELETE, deleting(&alice, alice.session)).await.status, 204);
    app.call(DELETE, deleting(&eve, "this one")).await.invalid(&[("session_id", "invalid_format")]);
}
