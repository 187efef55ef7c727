//! The authorizer, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use sessions::authorize::handle;
use shared::app::AuthMode;
use shared::token::Token;
use shared::token::TokenKind::Access;
use testkit::{FakeQueue, Somebody, TestApp};

/// An authorizer's event, as far as it is read:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>.
fn event(authorization: &str) -> Value {
    json!({
        "version": "2.0",
        "type": "REQUEST",
        "identitySource": [authorization],
        "headers": {"authorization": authorization},
    })
}

async fn token_of(app: &TestApp, somebody: &Somebody) -> String {
    let token = Token::generate(Access, &*app.app.random).unwrap();
    sqlx::query("UPDATE sessions SET access_hash = $1 WHERE id = $2")
        .bind(token.hash())
        .bind(somebody.session.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    token.expose().to_owned()
}

fn nobody() -> Value {
    json!({"isAuthorized": true, "context": {}})
}

#[tokio::test]
async fn a_live_token_becomes_its_caller_in_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let token = token_of(&app, &alice).await;
    let expected = json!({
        "isAuthorized": true,
        "context": {"user_id": alice.id, "session_id": alice.session, "role": "user"},
    });
    for scheme in ["Bearer", "bearer"] {
        assert_eq!(
            handle(&app.app, AuthMode::Token, &FakeQueue::default(), event(&format!("{scheme} {token}")))
                .await
                .unwrap(),
            expected
        );
    }
    let round_trips = app.proxy.round_trips();
    handle(&app.app, AuthMode::Token, &FakeQueue::default(), event(&format!("Bearer {token}")))
        .await
        .unwrap();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn what_is_no_token_is_nobody_and_never_reaches_the_database() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let token = token_of(&app, &alice).await;
    let refresh = Token::generate(shared::token::TokenKind::Refresh, &*app.app.random).unwrap();
    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        &token,
        &format!("Basic {token}"),
        &format!("Bearer {token}x"),
        &format!("Bearer {}", refresh.expose()),
    ] {
        assert_eq!(
            handle(&app.app, AuthMode::Token, &FakeQueue::default(), event(authorization)).await.unwrap(),
            nobody(),
            "{authorization}"
        );
    }
    assert_eq!(handle(&app.app, AuthMode::Token, &FakeQueue::default(), json!({})).await.unwrap(), nobody());
    assert_eq!(app.proxy.round_trips(), 0);
}

#[tokio::test]
async fn a_token_that_has_ended_is_nobody() {
    let app = TestApp::start().await;
    for (name, end) in [
        ("revoked", "UPDATE sessions SET revoked_at = now()"),
        ("expired", "UPDATE sessions SET access_expires_at = now()"),
        ("suspended", "UPDATE users SET suspended_at = now()"),
    ] {
        let somebody = app.somebody(name).await;
        let token = token_of(&app, &somebody).await;
        sqlx::query(end).execute(&mut app.connect().await).await.unwrap();
        assert_eq!(
            handle(&app.app, AuthMode::Token, &FakeQueue::default(), event(&format!("Bearer {token}")))
                .await
                .unwrap(),
            nobody(),
            "{name}"
        );
    }
    let unknown = Token::generate(Access, &*app.app.random).unwrap();
    assert_eq!(
        handle(
            &app.app,
            AuthMode::Token,
            &FakeQueue::default(),
            event(&format!("Bearer {}", unknown.expose()))
        )
        .await
        .unwrap(),
        nobody()
    );
}

#[tokio::test]
async fn who_is_let_in_was_seen_and_once_a_minute_that_is_told() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let event = event(&format!("Bearer {}", token_of(&app, &alice).await));
    let queue = FakeQueue::default();
    handle(&app.app, AuthMode::Token, &queue, event.clone()).await.unwrap();
    let told: Value = serde_json::from_str(&queue.sent()[0]).unwrap();
    assert_eq!(told["user_id"], json!(alice.id));

    sqlx::query("UPDATE users SET last_seen_at = now()").execute(&mut app.connect().await).await.unwrap();
    handle(&app.app, AuthMode::Token, &queue, event.clone()).await.unwrap();
    assert_eq!(queue.sent().len(), 1);

    // Whether the queue works makes no difference to who comes in.
    sqlx::query("UPDATE users SET last_seen_at = NULL").execute(&mut app.connect().await).await.unwrap();
    queue.breaks();
    let answer = handle(&app.app, AuthMode::Token, &queue, event).await.unwrap();
    assert_eq!(answer["context"]["user_id"], json!(alice.id));
}

/// An event of a request with these headers.
fn with_headers(headers: &Value) -> Value {
    json!({"version": "2.0", "type": "REQUEST", "headers": headers})
}

#[tokio::test]
async fn where_the_header_is_trusted_it_says_who_calls_and_a_token_does_not() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let token = token_of(&app, &bob).await;
    let asks = async |mode: AuthMode, headers: Value| {
        handle(&app.app, mode, &FakeQueue::default(), with_headers(&headers)).await.unwrap()
    };
    let named = json!({"X-User-ID": alice.id});
    for _ in 0..2 {
        let answer = asks(AuthMode::Header, named.clone()).await;
        assert_eq!(
            (&answer["context"]["user_id"], &answer["context"]["role"]),
            (&json!(alice.id), &json!("user"))
        );
        let session: uuid::Uuid = serde_json::from_value(answer["context"]["session_id"].clone()).unwrap();
        let live: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM live_sessions WHERE id = $1 AND user_id = $2)")
                .bind(session)
                .bind(alice.id.0)
                .fetch_one(&mut app.connect().await)
                .await
                .unwrap();
        assert!(live, "what every endpoint's statement asks for is there");
    }
    // Elsewhere the header is worth nothing.
    assert_eq!(asks(AuthMode::Token, named).await, nobody());
    for headers in [
        json!({"authorization": format!("Bearer {token}")}),
        json!({"x-user-id": ""}),
        json!({"x-user-id": format!("{},{}", alice.id, bob.id)}),
        json!({"x-user-id": "00000000-0000-7000-8000-000000000000"}),
        json!({"x_user_id": alice.id}),
    ] {
        assert_eq!(asks(AuthMode::Header, headers.clone()).await, nobody(), "{headers}");
    }
    sqlx::query("UPDATE users SET suspended_at = now()").execute(&mut app.connect().await).await.unwrap();
    assert_eq!(asks(AuthMode::Header, json!({"x-user-id": alice.id})).await, nobody());
}
