//! `POST /v1/users`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use shared::credential::ARGON2_RUNS;
use shared::serve::HttpHandler;
use testkit::{KmsMood, LogCounter, Request, TestApp};
use users::register_user;

const REGISTER: HttpHandler = |app, call| Box::pin(register_user::handle(app, call));

fn registering(body: &Value) -> Request {
    Request::post("/v1/users", body)
}

fn somebody(username: &str) -> Value {
    json!({"username": username, "password": "correct horse battery"})
}

async fn rows(app: &TestApp) -> (i64, i64, i64, i64) {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM credentials), (SELECT count(*) FROM sessions),
                (SELECT count(*) FROM refresh_tokens)",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn who_registers_has_a_profile_and_a_session() {
    let app = TestApp::start().await;
    let body = json!({
        "username": "Alice.B", "password": "correct horse battery", "display_name": "Alice 🌷", "email": "alice@example.org",
    });
    let registered = app.call(REGISTER, registering(&body)).await.created();
    assert_eq!(registered["user"]["username"], "alice.b");
    assert_eq!(registered["user"]["display_name"], "Alice 🌷");
    assert_eq!(registered["user"]["email"], "alice@example.org");
    assert_eq!(registered["user"]["role"], "user");
    assert!(registered["session"]["access_token"].as_str().unwrap().starts_with("tka_"));
    assert!(registered["session"]["refresh_token"].as_str().unwrap().starts_with("tkr_"));
    assert_eq!(rows(&app).await, (1, 1, 1, 1));
}

#[tokio::test]
async fn a_password_that_is_refused_is_not_hashed() {
    let app = TestApp::start().await;
    let runs = LogCounter::of(ARGON2_RUNS);
    let with = |password: String| registering(&json!({"username": "alice", "password": password}));
    app.call(REGISTER, with("p".repeat(3 << 19))).await.problem(413, "body_too_large");
    for (password, code) in [
        ("p".repeat(1 << 20), "too_long"),
        ("p".repeat(200_000), "too_long"),
        ("short".to_owned(), "too_short"),
        ("1234567890".to_owned(), "common_password"),
    ] {
        app.call(REGISTER, with(password)).await.invalid(&[("password", code)]);
    }
    assert_eq!(runs.taken(), 0);
    app.call(REGISTER, with("correct horse battery".to_owned())).await.created();
    assert_eq!(runs.taken(), 1);
}

#[tokio::test]
async fn the_display_name_is_the_user_name_unless_told() {
    let app = TestApp::start().await;
    let registered = app.call(REGISTER, registering(&somebody("bob"))).await.created();
    assert_eq!(
        (&registered["user"]["display_name"], &registered["user"]["email"]),
        (&json!("bob"), &Value::Null)
    );
}

#[tokio::test]
async fn a_name_is_taken_once_in_whatever_case() {
    let app = TestApp::start().await;
    app.call(REGISTER, registering(&somebody("alice"))).await.created();
    app.call(REGISTER, registering(&somebody("ALICE"))).await.problem(409, "username_taken");
    assert_eq!(rows(&app).await, (1, 1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let attempts = (0..8).map(|_| {
        let app = std::sync::Arc::clone(&app);
        tokio::spawn(async move {
            registering(&somebody("alice")).through(&app.cold_environment(), REGISTER).await.status
        })
    });
    let mut statuses = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(rows(&app).await, (1, 1, 1, 1));
}

#[tokio::test]
async fn nothing_secret_is_stored_in_the_clear() {
    let app = TestApp::start().await;
    let body =
        json!({"username": "alice", "password": "correct horse battery", "email": "alice@example.org"});
    let registered = app.call(REGISTER, registering(&body)).await.created();
    let stored: Vec<String> = sqlx::query_scalar(
        "SELECT row_to_json(users)::text FROM users UNION ALL SELECT row_to_json(credentials)::text FROM credentials
         UNION ALL SELECT row_to_json(sessions)::text FROM sessions
         UNION ALL SELECT row_to_json(refresh_tokens)::text FROM refresh_tokens
         -- The same once more with bytes as the text they may be.
         UNION ALL SELECT encode(password_sealed, 'escape') FROM credentials
         UNION ALL SELECT encode(email_sealed, 'escape') FROM users
         UNION ALL SELECT encode(access_hash, 'escape') FROM sessions
         UNION ALL SELECT encode(hash, 'escape') FROM refresh_tokens",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let stored = stored.join("\n").to_lowercase();
    for secret in [
        "correct horse battery",
        "alice@example.org",
        "$argon2id$",
        registered["session"]["access_token"].as_str().unwrap(),
        registered["session"]["refresh_token"].as_str().unwrap(),
    ] {
        assert!(!stored.contains(&secret.to_lowercase()), "{secret} is stored");
    }
}

#[tokio::test]
async fn every_bad_field_is_named_and_nobody_is_registered() {
    let app = TestApp::start().await;
    let good = "correct horse battery";
    for (body, expected) in [
        (json!({}), vec![("username", "required"), ("password", "required")]),
        (
            json!({"username": "al", "password": "short"}),
            vec![("username", "too_short"), ("password", "too_short")],
        ),
        (
            json!({"username": "a".repeat(33), "password": "p".repeat(129)}),
            vec![("username", "too_long"), ("password", "too_long")],
        ),
        (json!({"username": "alice!", "password": good}), vec![("username", "invalid_format")]),
        (json!({"username": "alice", "password": "Qwertyuiop"}), vec![("password", "common_password")]),
        (
            json!({"username": 1, "password": ["x"]}),
            vec![("username", "wrong_type"), ("password", "wrong_type")],
        ),
        (
            json!({"username": "alice", "password": good, "display_name": "x".repeat(65)}),
            vec![("display_name", "too_long")],
        ),
        (
            json!({"username": "alice", "password": good, "display_name": "a\u{7}"}),
            vec![("display_name", "invalid_value")],
        ),
        (
            json!({"username": "alice", "password": good, "email": "nobody"}),
            vec![("email", "invalid_format")],
        ),
        (
            json!({"username": "alice", "password": good, "role": "admin", "id": 1}),
            vec![("role", "unknown_field"), ("id", "unknown_field")],
        ),
    ] {
        app.call(REGISTER, registering(&body)).await.invalid(&expected);
    }
    assert_eq!(rows(&app).await, (0, 0, 0, 0));
}

#[tokio::test]
async fn without_a_credentials_key_nobody_is_registered() {
    let app = TestApp::start().await;
    app.kms.set_mood(KmsMood::Unavailable);
    app.call(REGISTER, registering(&somebody("alice"))).await.problem(503, "unavailable");
    assert_eq!(rows(&app).await, (0, 0, 0, 0));
}

#[tokio::test]
async fn a_repeat_with_its_key_gets_the_same_session_if_it_knows_the_password() {
    let app = TestApp::start().await;
    let body = |password: &str, display_name: &str| json!({"username": "alice", "password": password, "display_name": display_name, "email": "alice@example.org"});
    let register = async |body: Value| {
        Request::post("/v1/users", &body)
            .with_header("Idempotency-Key", "key")
            .through(&app.cold_environment(), REGISTER)
            .await
    };
    let first = register(body("correct horse battery", "Alice")).await;
    first.created();
    let again = register(body("correct horse battery", "Alice")).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    // Whoever saw the key does not get the session with it.
    register(body("another horse battery", "Alice")).await.problem(422, "idempotency_key_reused");
    register(body("correct horse battery", "Eve")).await.problem(422, "idempotency_key_reused");
    let without =
        app.call(REGISTER, Request::post("/v1/users", &body("correct horse battery", "Alice"))).await;
    without.problem(409, "username_taken");
    let (users, sessions): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM sessions)")
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!((users, sessions), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_that_comes_eight_times_at_once_is_one() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let asks: Vec<_> = (0..8)
        .map(|_| {
            let environment = app.cold_environment();
            tokio::spawn(async move {
                Request::post("/v1/users", &json!({"username": "alice", "password": "correct horse battery"}))
                    .with_header("Idempotency-Key", "key")
                    .through(&environment, REGISTER)
                    .await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.unwrap());
    }
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
}

#[tokio::test]
async fn an_address_registers_five_and_then_waits() {
    let app = TestApp::start().await;
    let mut environment = app.cold_environment();
    environment.rate_limits = shared::rate::RateLimits::default();
    let register = async |name: &str| {
        let body = json!({"username": name, "password": "correct horse battery"});
        Request::post("/v1/users", &body).through(&environment, REGISTER).await
    };
    for number in 0..5 {
        register(&format!("user{number}")).await.created();
    }
    let refused = register("user5").await;
    refused.problem(429, "rate_limited");
    assert!((1..=720).contains(&refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap()));
    let users: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(users, 5);
    // What is refused costs no hash: whoever floods us must not keep us busy with it.
    let runs = LogCounter::of(ARGON2_RUNS);
    register("user6").await.problem(429, "rate_limited");
    assert_eq!(runs.taken(), 0);
}

#[tokio::test]
async fn a_registration_is_two_round_trips_and_one_hash() {
    let app = TestApp::start().await;
    let names: Vec<Value> = ["alice", "bob", "carol"].map(somebody).to_vec();
    app.call(REGISTER, registering(&names[0])).await.created();
    for name in &names[1..] {
        let runs = LogCounter::of(ARGON2_RUNS);
        let (answer, round_trips) = app.proxy.count(app.call(REGISTER, registering(name))).await;
        answer.created();
        assert_eq!((round_trips, runs.taken()), (2, 1));
    }
}

#[tokio::test]
async fn whoever_has_a_key_does_not_try_passwords_with_it_without_end() {
    let app = TestApp::start().await;
    let mut environment = app.cold_environment();
    environment.rate_limits = shared::rate::RateLimits::parse("register=3/3600").unwrap();
    let register = async |password: &str| {
        Request::post("/v1/users", &json!({"username": "alice", "password": password}))
            .with_header("Idempotency-Key", "key")
            .through(&environment, REGISTER)
            .await
    };
    let first = register("correct horse battery").await;
    first.created();
    register("a wrong horse battery").await.problem(422, "idempotency_key_reused");
    assert_eq!(register("correct horse battery").await.body, first.body);
    register("correct horse battery").await.problem(429, "rate_limited");
    let failed: Vec<(String, bool)> = sqlx::query_as(
        "SELECT subject_type, subject_id = (SELECT id FROM users) FROM audit_events WHERE event = 'authn_login_fail'",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(failed, [("user".to_owned(), true)]);
}

#[tokio::test]
async fn who_was_suspended_gets_no_session_by_a_repeat() {
    let app = TestApp::start().await;
    let register = async || {
        app.call(REGISTER, registering(&somebody("alice")).with_header("Idempotency-Key", "key")).await
    };
    let first = register().await;
    first.created();
    let suspends = async |until: &'static str| {
        sqlx::query(until).execute(&mut app.connect().await).await.unwrap();
    };
    suspends("UPDATE users SET suspended_at = now()").await;
    register().await.problem(422, "idempotency_key_reused");
    suspends("UPDATE users SET suspended_at = NULL").await;
    assert_eq!(register().await.body, first.body);
}
