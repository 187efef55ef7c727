//! `POST /v1/sessions`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use sessions::create_session;
use shared::App;
use shared::credential::ARGON2_RUNS;
use shared::http::Parse;
use shared::id::Revision;
use shared::serve::HttpHandler;
use shared::text::Password;
use testkit::{Answer, LogCounter, Request, TestApp};

const LOG_IN: HttpHandler = |app, call| Box::pin(create_session::handle(app, call));
const PASSWORD: &str = "correct horse battery";

fn logging_in(username: &str, password: &str) -> Request {
    Request::post("/v1/sessions", &json!({"username": username, "password": password}))
}

async fn alice(app: &TestApp) {
    let alice = app.somebody("alice").await;
    let password = Password::parse(&json!(PASSWORD)).unwrap();
    let sealed = app.app.seal_password(alice.id, Revision(1), &password).await.unwrap();
    sqlx::query("INSERT INTO credentials (user_id, keyring_id, password_sealed) VALUES ($1, $2, $3)")
        .bind(alice.id.0)
        .bind(sealed.keyring.0)
        .bind(sealed.sealed)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_right_password_opens_a_session_of_its_own() {
    let app = TestApp::start().await;
    alice(&app).await;
    let body = json!({"username": "ALICE", "password": PASSWORD, "device_name": "Alice's telephone"});
    let one = app.call(LOG_IN, Request::post("/v1/sessions", &body)).await.created();
    let other = app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    assert_ne!(one["session_id"], other["session_id"]);
    assert_ne!(one["access_token"], other["access_token"]);
    assert_eq!((&one["token_type"], &one["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(one["user"]["username"], "alice");
}

/// One log-in that fails: its answer, how often argon2id ran for it, and how often it waited for Postgres and for KMS.
async fn fails(
    app: &TestApp,
    environment: &App,
    username: &str,
    password: &str,
) -> (Answer, (usize, u64, usize)) {
    let runs = LogCounter::of(ARGON2_RUNS);
    let unwraps = app.kms.unwraps();
    let attempt = Box::pin(logging_in(username, password).through(environment, LOG_IN));
    let (answer, round_trips) = app.proxy.count(attempt).await;
    answer.problem(401, "invalid_credentials");
    (answer, (runs.taken(), round_trips, app.kms.unwraps() - unwraps))
}

#[tokio::test]
async fn unknown_user_and_wrong_password_are_alike_in_answer_and_work() {
    let app = TestApp::start().await;
    alice(&app).await;
    app.somebody("suspended").await;
    sqlx::query(
        "WITH suspended AS (
             UPDATE users SET suspended_at = now() WHERE username = 'suspended' RETURNING id
         )
         INSERT INTO credentials (user_id, keyring_id, password_sealed)
         SELECT suspended.id, credentials.keyring_id, credentials.password_sealed FROM suspended, credentials",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let attempts = [("nobody", PASSWORD), ("alice", "wrong horse battery"), ("suspended", PASSWORD)];
    let [nobody, wrong, suspended] = attempts;
    let (expected, work) = fails(&app, &app.cold_environment(), wrong.0, wrong.1).await;
    assert_eq!(
        work,
        (1, 6, 1),
        "one hash; each of three statements is prepared and run; the key is unwrapped"
    );
    for (username, password) in [nobody, suspended] {
        let environment = app.cold_environment();
        let (answer, same) = fails(&app, &environment, username, password).await;
        assert_eq!((answer.masked(), &answer.headers), (expected.masked(), &expected.headers), "{username}");
        assert_eq!(same, work, "{username}, in a new environment");
        // From then on each in turn, in whichever order.
        fails(&app, &environment, wrong.0, wrong.1).await;
        for (username, password) in attempts {
            let (answer, warm) = fails(&app, &environment, username, password).await;
            assert_eq!((answer.masked(), &answer.headers), (expected.masked(), &expected.headers));
            assert_eq!(warm, (1, 2, 0), "{username}: read, hashed, recorded");
        }
    }
}

#[tokio::test]
async fn a_password_that_is_too_long_is_refused_before_it_is_hashed() {
    let app = TestApp::start().await;
    alice(&app).await;
    let runs = LogCounter::of(ARGON2_RUNS);
    let round_trips = app.proxy.round_trips();
    app.call(LOG_IN, logging_in("alice", &"p".repeat(3 << 19))).await.problem(413, "body_too_large");
    for length in [129, 200_000, 1 << 20] {
        let answer = app.call(LOG_IN, logging_in("alice", &"p".repeat(length))).await;
        answer.invalid(&[("password", "too_long")]);
    }
    assert_eq!((runs.taken(), app.proxy.round_trips() - round_trips), (0, 0));
    app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    assert_eq!(runs.taken(), 1);
}

#[tokio::test]
async fn a_suspended_user_does_not_get_in() {
    let app = TestApp::start().await;
    alice(&app).await;
    sqlx::query("UPDATE users SET suspended_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(LOG_IN, logging_in("alice", PASSWORD)).await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_hash_that_was_moved_to_another_user_lets_nobody_in() {
    let app = TestApp::start().await;
    alice(&app).await;
    app.somebody("bob").await;
    sqlx::query(
        "INSERT INTO credentials (user_id, keyring_id, password_sealed)
         SELECT bob.id, credentials.keyring_id, credentials.password_sealed
         FROM credentials, users AS bob WHERE bob.username = 'bob'",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    app.call(LOG_IN, logging_in("bob", PASSWORD)).await.problem(500, "internal");
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let app = TestApp::start().await;
    for (body, expected) in [
        (json!({}), vec![("username", "required"), ("password", "required")]),
        (
            json!({"username": "a", "password": "p".repeat(129)}),
            vec![("username", "too_short"), ("password", "too_long")],
        ),
        (json!({"username": "alice", "password": Value::Null}), vec![("password", "wrong_type")]),
        (json!({"username": "alice", "password": "x", "user_id": 1}), vec![("user_id", "unknown_field")]),
    ] {
        app.call(LOG_IN, Request::post("/v1/sessions", &body)).await.invalid(&expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_25_sessions_and_the_longest_idle_makes_room() {
    let app = std::sync::Arc::new(TestApp::start().await);
    alice(&app).await;
    let first = app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    // Many at once, in environments of their own.
    for _ in 0..4 {
        let many = (0..8).map(|_| {
            let app = std::sync::Arc::clone(&app);
            tokio::spawn(async move {
                logging_in("alice", PASSWORD).through(&app.cold_environment(), LOG_IN).await
            })
        });
        for one in many.collect::<Vec<_>>() {
            one.await.unwrap().created();
        }
    }
    let live = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND place IS NOT NULL";
    let count: i64 = sqlx::query_scalar(live).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(count, 25);
    let told = "SELECT count(DISTINCT detail->>'ended_session_id') FROM audit_events WHERE event = 'authn_login_success'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&mut app.connect().await).await.unwrap();
    let ended = "SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL";
    let ended: i64 = sqlx::query_scalar(ended).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(told, ended);
    let ended: bool =
        sqlx::query_scalar("SELECT revoked_at IS NOT NULL FROM sessions WHERE id = $1::text::uuid")
            .bind(first["session_id"].as_str().unwrap())
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert!(ended, "the first was idle longest");
}

#[tokio::test]
async fn a_session_that_was_left_until_its_refresh_token_ended_makes_room_as_one_that_is_over() {
    let app = TestApp::start().await;
    alice(&app).await;
    for _ in 0..25 {
        app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    }
    let alter = async |sql: &'static str| {
        sqlx::query(sql).execute(&mut app.connect().await).await.unwrap();
    };
    // The latest of them has ended so; nothing else tells it from the others.
    alter(
        "UPDATE refresh_tokens SET expires_at = now() - interval '1 second'
         WHERE session_id = (SELECT id FROM sessions WHERE place = 25)",
    )
    .await;
    alter("UPDATE sessions SET access_expires_at = now() - interval '1 hour' WHERE place = 25").await;
    alter("UPDATE sessions SET access_expires_at = now() - interval '2 hours' WHERE place < 25").await;
    app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    let ended: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL),
                (SELECT count(*) FROM outbox WHERE type = 'session.revoked'),
                (SELECT count(*) FROM audit_events WHERE detail ? 'ended_session_id')",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(ended, (1, 0, 0), "nobody was logged out");
    let live = "SELECT count(*) FROM sessions WHERE place < 25 AND revoked_at IS NULL";
    let live: i64 = sqlx::query_scalar(live).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(live, 24);
}

#[tokio::test]
async fn what_happens_at_the_door_is_recorded() {
    let app = TestApp::start().await;
    alice(&app).await;
    app.call(LOG_IN, logging_in("alice", PASSWORD)).await.created();
    app.call(LOG_IN, logging_in("alice", "wrong horse battery")).await.problem(401, "invalid_credentials");
    app.call(LOG_IN, logging_in("my secret", PASSWORD)).await.invalid(&[("username", "invalid_format")]);
    app.call(LOG_IN, logging_in("nobody", PASSWORD)).await.problem(401, "invalid_credentials");
    let events: Vec<(String, bool, String, String)> = sqlx::query_as(
        "SELECT event, subject_id IS NOT NULL, address, request_id FROM audit_events ORDER BY at",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let expected = [("authn_login_success", true), ("authn_login_fail", true), ("authn_login_fail", false)];
    let expected = expected
        .map(|(event, known)| (event.to_owned(), known, "192.0.2.1".to_owned(), "request-1".to_owned()));
    assert_eq!(events, expected);
}

#[tokio::test]
async fn a_repeat_with_its_key_is_the_same_session() {
    let app = TestApp::start().await;
    alice(&app).await;
    let log_in = async |password: &str, device: &str| {
        let body = json!({"username": "alice", "password": password, "device_name": device});
        Request::post("/v1/sessions", &body)
            .with_header("Idempotency-Key", "key")
            .through(&app.cold_environment(), LOG_IN)
            .await
    };
    let first = log_in(PASSWORD, "telephone").await;
    first.created();
    let again = log_in(PASSWORD, "telephone").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    log_in("wrong horse battery", "telephone").await.problem(401, "invalid_credentials");
    log_in(PASSWORD, "tablet").await.problem(422, "idempotency_key_reused");
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions WHERE place IS NOT NULL")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(sessions, 1);
}
