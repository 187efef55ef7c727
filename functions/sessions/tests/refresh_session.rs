//! `POST /v1/sessions/refresh`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use serde_json::{Value, json};
use sessions::refresh_session;
use shared::App;
use shared::serve::HttpHandler;
use shared::token::{Token, TokenKind};
use testkit::{Answer, Request, Somebody, TestApp};
use tokio::sync::Barrier;

const REFRESH: HttpHandler = |app, call| Box::pin(refresh_session::handle(app, call));

async fn refreshing(app: &App, token: &str) -> Answer {
    Request::post("/v1/sessions/refresh", &json!({"refresh_token": token})).through(app, REFRESH).await
}

/// A refresh token of somebody's session, by way of the database.
async fn token_of(app: &TestApp, somebody: &Somebody) -> String {
    let token = Token::generate(TokenKind::Refresh, &*app.app.random).unwrap();
    sqlx::query("INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES ($1, $2, now() + interval '14 days')")
        .bind(token.hash())
        .bind(somebody.session.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    token.expose().to_owned()
}

async fn alter(app: &TestApp, statement: &'static str) {
    sqlx::query(statement).execute(&mut app.connect().await).await.unwrap();
}

async fn revoked(app: &TestApp) -> bool {
    sqlx::query_scalar("SELECT revoked_at IS NOT NULL FROM sessions")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap()
}

async fn reuses(app: &TestApp) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'authn_token_reuse' AND subject_type = 'session'",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap()
}

fn next(answer: &Value) -> String {
    answer["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_chain_of_refreshes_keeps_one_session_in_one_round_trip_each() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut token = token_of(&app, &alice).await;
    token = next(&refreshing(&app.app, &token).await.ok());
    let round_trips = app.proxy.round_trips();
    for _ in 0..10 {
        let refreshed = refreshing(&app.app, &token).await.ok();
        assert_eq!(refreshed["session_id"], json!(alice.session));
        token = next(&refreshed);
    }
    assert_eq!(app.proxy.round_trips() - round_trips, 10);
    assert!(!revoked(&app).await);
}

/// How often the eight race. What the design promises of them, it promises for as many.
const ROUNDS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_eight_who_bring_a_token_at_once_one_succeeds_and_nobody_is_thrown_out() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let environments: Vec<Arc<App>> = (0..8).map(|_| Arc::new(app.cold_environment())).collect();
    let first = token_of(&app, &alice).await;
    let (mut token, mut rotated) = (first.clone(), 0);
    for round in 0..ROUNDS {
        let start = Arc::new(Barrier::new(environments.len()));
        let asks: Vec<_> = environments
            .iter()
            .map(|environment| {
                let (environment, token, start) =
                    (Arc::clone(environment), token.clone(), Arc::clone(&start));
                tokio::spawn(async move {
                    start.wait().await;
                    refreshing(&environment, &token).await
                })
            })
            .collect();
        let mut succeeded = Vec::new();
        for ask in asks {
            let answer = ask.await.unwrap();
            if answer.status == 200 {
                succeeded.push(next(&answer.json()));
            } else {
                answer.problem(409, "token_recently_rotated");
                rotated += 1;
            }
        }
        assert_eq!(succeeded.len(), 1, "round {round}");
        token = succeeded.remove(0);
    }
    assert_eq!(rotated, 7 * ROUNDS);
    let issued = "SELECT count(*) FILTER (WHERE used_at IS NOT NULL), count(*) FROM refresh_tokens";
    let issued: (i64, i64) = sqlx::query_as(issued).fetch_one(&mut app.connect().await).await.unwrap();
    let rounds = i64::try_from(ROUNDS).unwrap();
    assert_eq!(issued, (rounds, rounds + 1), "each token was used once, and the last is still to be");
    assert!(!revoked(&app).await);
    assert_eq!(reuses(&app).await, 0);

    // Any of the old ones, brought again: whoever has it, the session ends for all who have the others.
    alter(&app, "UPDATE refresh_tokens SET used_at = used_at - interval '10 seconds'").await;
    refreshing(&environments[0], &first).await.problem(401, "invalid_credentials");
    assert!(revoked(&app).await);
    assert_eq!(reuses(&app).await, 1);
    refreshing(&environments[1], &token).await.problem(401, "invalid_credentials");
    assert_eq!(reuses(&app).await, 1, "an ended session has nothing to reuse");
}

#[tokio::test]
async fn a_token_that_comes_late_a_second_time_ends_the_session() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let token = token_of(&app, &alice).await;
    let successor = next(&refreshing(&app.app, &token).await.ok());
    alter(&app, "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'").await;
    refreshing(&app.app, &token).await.problem(401, "invalid_credentials");
    assert!(revoked(&app).await);
    assert_eq!(reuses(&app).await, 1);
    refreshing(&app.app, &successor).await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_token_that_has_ended_is_like_none() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let good = token_of(&app, &alice).await;
    let unknown = Token::generate(TokenKind::Refresh, &*app.app.random).unwrap();
    let expected = refreshing(&app.app, unknown.expose()).await;
    expected.problem(401, "invalid_credentials");
    for text in ["", "tkr_", "nonsense"] {
        assert_eq!(refreshing(&app.app, text).await.masked(), expected.masked(), "{text}");
    }
    for (end, undo) in [
        (
            "UPDATE refresh_tokens SET expires_at = now()",
            "UPDATE refresh_tokens SET expires_at = now() + interval '1 day'",
        ),
        (
            "UPDATE sessions SET expires_at = now()",
            "UPDATE sessions SET expires_at = now() + interval '1 day'",
        ),
        ("UPDATE sessions SET revoked_at = now()", "UPDATE sessions SET revoked_at = NULL"),
        ("UPDATE users SET suspended_at = now()", "UPDATE users SET suspended_at = NULL"),
        ("UPDATE users SET deleted_at = now()", "UPDATE users SET deleted_at = NULL"),
    ] {
        alter(&app, end).await;
        assert_eq!(refreshing(&app.app, &good).await.masked(), expected.masked(), "{end}");
        alter(&app, undo).await;
    }
    // A token that was good once is worth a note, one that never was is not.
    let recorded: Vec<(uuid::Uuid, i64)> = sqlx::query_as(
        "SELECT actor_id, count(*) FROM audit_events WHERE event = 'session_use_after_expire' GROUP BY actor_id",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(recorded, [(alice.id.0, 3)]);
    refreshing(&app.app, &good).await.ok();
}

#[tokio::test]
async fn a_token_of_a_session_that_has_ended_does_not_fill_the_audit_log() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let token = token_of(&app, &alice).await;
    let mut environment = app.cold_environment();
    environment.rate_limits = shared::rate::RateLimits::parse("refresh=3/3600").unwrap();
    alter(&app, "UPDATE sessions SET revoked_at = now()").await;
    for _ in 0..20 {
        refreshing(&environment, &token).await.problem(401, "invalid_credentials");
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE event = 'session_use_after_expire'";
    let recorded: i64 = sqlx::query_scalar(recorded).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(recorded, 3);
}

#[tokio::test]
async fn a_session_is_never_prolonged_past_its_end() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let token = token_of(&app, &alice).await;
    alter(&app, "UPDATE sessions SET expires_at = now() + interval '1 minute'").await;
    refreshing(&app.app, &token).await.ok();
    let within: bool = sqlx::query_scalar(
        "SELECT bool_and(sessions.access_expires_at <= sessions.expires_at AND refresh_tokens.expires_at <= sessions.expires_at)
         FROM sessions JOIN refresh_tokens ON refresh_tokens.session_id = sessions.id WHERE refresh_tokens.used_at IS NULL",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert!(within);
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let app = TestApp::start().await;
    for (body, expected) in [
        (json!({}), vec![("refresh_token", "required")]),
        (json!({"refresh_token": 1}), vec![("refresh_token", "wrong_type")]),
        (json!({"refresh_token": "x", "access_token": "y"}), vec![("access_token", "unknown_field")]),
    ] {
        app.call(REFRESH, Request::post("/v1/sessions/refresh", &body)).await.invalid(&expected);
    }
}
