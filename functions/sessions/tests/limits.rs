//! How often one may try to log in and refresh, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;
use sessions::{create_session, refresh_session};
use shared::App;
use shared::rate::RateLimits;
use shared::serve::HttpHandler;
use shared::token::{Token, TokenKind};
use testkit::{Answer, Request, TestApp};

const LOG_IN: HttpHandler = |app, call| Box::pin(create_session::handle(app, call));
const REFRESH: HttpHandler = |app, call| Box::pin(refresh_session::handle(app, call));

fn with_limits(app: &TestApp, limits: &str) -> App {
    let mut environment = app.cold_environment();
    environment.rate_limits = RateLimits::parse(limits).unwrap();
    environment
}

async fn tries(environment: &App, username: &str) -> Answer {
    let body = json!({"username": username, "password": "a wrong password"});
    Request::post("/v1/sessions", &body).through(environment, LOG_IN).await
}

fn header(answer: &Answer, name: &str) -> u64 {
    answer.headers[name].to_str().unwrap().parse().unwrap()
}

async fn recorded(app: &TestApp, limit: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'excess_rate_limit_exceeded' AND detail->>'limit' = $1",
    )
    .bind(limit)
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn five_log_ins_to_an_account_and_then_one_a_minute() {
    let app = TestApp::start().await;
    let environment = with_limits(&app, "");
    for left in (0..5).rev() {
        let answer = tries(&environment, "alice").await;
        answer.problem(401, "invalid_credentials");
        assert_eq!((header(&answer, "ratelimit-limit"), header(&answer, "ratelimit-remaining")), (5, left));
    }
    let refused = tries(&environment, "ALICE").await;
    refused.problem(429, "rate_limited");
    assert_eq!((&refused.json()["max"], &refused.json()["retryable"]), (&json!(5), &json!(true)));
    assert!((1..=60).contains(&header(&refused, "retry-after")), "{refused}");
    assert_eq!(header(&refused, "ratelimit-remaining"), 0);
    tries(&environment, "alice").await.problem(429, "rate_limited");
    // One event tells of all the refusals of a minute, so that who floods us does not flood the audit log.
    assert_eq!(recorded(&app, "login_account").await, 1);
    tries(&environment, "bob").await.problem(401, "invalid_credentials");

    // A minute later there is one more.
    sqlx::query("UPDATE rate_limits SET due = due - interval '1 minute'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    tries(&environment, "alice").await.problem(401, "invalid_credentials");
    tries(&environment, "alice").await.problem(429, "rate_limited");
}

#[tokio::test]
async fn one_address_does_not_try_every_account() {
    let app = TestApp::start().await;
    let environment = with_limits(&app, "login_address=3/10");
    for name in ["alice", "bob", "carol"] {
        tries(&environment, name).await.problem(401, "invalid_credentials");
    }
    tries(&environment, "dave").await.problem(429, "rate_limited");
    assert_eq!(recorded(&app, "login_address").await, 1);
}

#[tokio::test]
async fn the_addresses_of_one_ipv6_network_are_one() {
    let app = TestApp::start().await;
    let environment = with_limits(&app, "login_address=2/3600,login_account=1/3600");
    let tries = async |address: &str, name: &str| {
        let body = json!({"username": name, "password": "a wrong password"});
        let request = Request::post("/v1/sessions", &body).from_address(address);
        request.through(&environment, LOG_IN).await.status
    };
    assert_eq!(tries("2001:db8:1:2::1", "alice").await, 401);
    assert_eq!(tries("2001:db8:1:2:ffff:ffff:ffff:ffff", "alice").await, 429);
    assert_eq!(tries("2001:db8:1:2::3", "bob").await, 429);
    assert_eq!(tries("2001:db8:1:3::1", "alice").await, 401);
    // Of IPv4 each address is its own.
    assert_eq!([tries("192.0.2.1", "alice").await, tries("192.0.2.2", "alice").await], [401, 401]);
}

#[tokio::test]
async fn neither_address_nor_name_is_kept_in_the_clear() {
    let app = TestApp::start().await;
    tries(&app.cold_environment(), "alice").await.problem(401, "invalid_credentials");
    let keys: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT key FROM rate_limits").fetch_all(&mut app.connect().await).await.unwrap();
    assert_eq!(keys.iter().map(Vec::len).collect::<Vec<_>>(), [32, 32]);
    let text = keys.concat().escape_ascii().to_string();
    assert!(!text.contains("alice") && !text.contains("192.0.2.1"), "{text}");
}

#[tokio::test]
async fn a_session_is_not_refreshed_without_pause_and_loses_nothing_by_trying() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let environment = with_limits(&app, "refresh=2/600");
    let first = Token::generate(TokenKind::Refresh, &*environment.random).unwrap();
    sqlx::query("INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES ($1, $2, now() + interval '14 days')")
        .bind(first.hash())
        .bind(alice.session.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let refresh = async |token: &str| {
        Request::post("/v1/sessions/refresh", &json!({"refresh_token": token}))
            .through(&environment, REFRESH)
            .await
    };
    let mut token = first.expose().to_owned();
    for left in [1, 0] {
        let answer = refresh(&token).await;
        assert_eq!(header(&answer, "ratelimit-remaining"), left);
        token = answer.ok()["refresh_token"].as_str().unwrap().to_owned();
    }
    refresh(&token).await.problem(429, "rate_limited");
    sqlx::query("DELETE FROM rate_limits").execute(&mut app.connect().await).await.unwrap();
    // What was refused is as good as before.
    refresh(&token).await.ok();
    // A stolen token is found out all the same when there is nothing left to take.
    refresh(&token).await.problem(409, "token_recently_rotated");
    sqlx::query("UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    refresh(&token).await.problem(401, "invalid_credentials");
    let revoked: bool = sqlx::query_scalar("SELECT revoked_at IS NOT NULL FROM sessions")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert!(revoked);
}
