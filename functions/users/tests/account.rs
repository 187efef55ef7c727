//! `PUT /v1/users/me/password` and `DELETE /v1/users/me`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use serde_json::json;
use shared::credential::ARGON2_RUNS;
use shared::http::Parse;
use shared::id::Revision;
use shared::serve::HttpHandler;
use shared::text::Password;
use testkit::{LogCounter, Request, Somebody, TestApp};
use users::{change_password, delete_me};

const CHANGE: HttpHandler = |app, call| Box::pin(change_password::handle(app, call));
const ERASE: HttpHandler = |app, call| Box::pin(delete_me::handle(app, call));
const PASSWORD: &str = "correct horse battery";

async fn with_password(app: &TestApp, name: &str) -> Somebody {
    let somebody = app.somebody(name).await;
    let password = Password::parse(&json!(PASSWORD)).unwrap();
    let sealed = app.app.seal_password(somebody.id, Revision(1), &password).await.unwrap();
    sqlx::query("INSERT INTO credentials (user_id, keyring_id, password_sealed) VALUES ($1, $2, $3)")
        .bind(somebody.id.0)
        .bind(sealed.keyring.0)
        .bind(sealed.sealed)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    somebody
}

fn erasing(who: &Somebody) -> Request {
    Request::delete("/v1/users/me").with_json(&json!({"password": PASSWORD})).by(who)
}

async fn count(app: &TestApp, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&mut app.connect().await).await.unwrap()
}

#[tokio::test]
async fn a_password_is_changed_in_two_round_trips_by_who_knows_the_old_one() {
    let app = TestApp::start().await;
    let alice = with_password(&app, "alice").await;
    let change = |old: &str, new: &str| {
        let body = json!({"current_password": old, "new_password": new});
        Request::put("/v1/users/me/password", &body).by(&alice)
    };
    assert_eq!(app.call(CHANGE, change(PASSWORD, "another horse battery")).await.status, 204);
    let round_trips = app.proxy.round_trips();
    assert_eq!(app.call(CHANGE, change("another horse battery", "one more horse battery")).await.status, 204);
    assert_eq!(app.proxy.round_trips() - round_trips, 2, "the hash is read, and the new one written");
    app.call(CHANGE, change(PASSWORD, "a third horse battery")).await.problem(403, "wrong_password");
    let events = "SELECT count(*) FROM audit_events WHERE event = 'authn_password_change'";
    assert_eq!(count(&app, events).await, 2);
    let failures = "SELECT count(*) FROM audit_events WHERE event = 'authn_password_check_fail'";
    assert_eq!(count(&app, failures).await, 1);
}

#[tokio::test]
async fn a_password_that_is_too_long_is_refused_before_it_is_hashed() {
    let app = TestApp::start().await;
    let alice = with_password(&app, "alice").await;
    let runs = LogCounter::of(ARGON2_RUNS);
    let change = |old: &str, new: &str| {
        let body = json!({"current_password": old, "new_password": new});
        Request::put("/v1/users/me/password", &body).by(&alice)
    };
    let erase =
        |password: &str| Request::delete("/v1/users/me").with_json(&json!({"password": password})).by(&alice);
    for (length, expected) in [(3 << 19, (413, "body_too_large")), (1 << 20, (400, "invalid_request"))] {
        let long = "p".repeat(length);
        for (handler, request) in
            [(CHANGE, change(PASSWORD, &long)), (CHANGE, change(&long, PASSWORD)), (ERASE, erase(&long))]
        {
            app.call(handler, request).await.problem(expected.0, expected.1);
        }
    }
    assert_eq!(runs.taken(), 0);
    assert_eq!(app.call(CHANGE, change(PASSWORD, "another horse battery")).await.status, 204);
    assert_eq!(runs.taken(), 2, "the old one is checked and the new one hashed");
}

#[tokio::test]
async fn an_erased_account_leaves_no_personal_row() {
    let app = TestApp::start().await;
    let (alice, bob) = (with_password(&app, "alice").await, app.somebody("bob").await);
    app.group(&[&alice, &bob]).await;
    sqlx::query("INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2), ($2, $1)")
        .bind(alice.id.0)
        .bind(bob.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let receipt = app.call(ERASE, erasing(&alice)).await;
    assert_eq!(receipt.status, 202, "{receipt}");
    for nothing in [
        "SELECT count(*) FROM credentials",
        "SELECT count(*) FROM blocks",
        "SELECT count(*) FROM users WHERE username LIKE '%alice%' OR display_name = 'alice'",
        "SELECT count(*) FROM sessions JOIN users ON users.id = sessions.user_id WHERE users.deleted_at IS NOT NULL",
    ] {
        assert_eq!(count(&app, nothing).await, 0, "{nothing}");
    }
    let owner = "SELECT count(*) FROM members WHERE role = 'owner' AND left_at IS NULL";
    assert_eq!(count(&app, owner).await, 1);
    let event: (uuid::Uuid, String) = sqlx::query_as("SELECT id, event FROM audit_events")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!((json!(event.0), event.1.as_str()), (receipt.json()["receipt_id"].clone(), "user_deleted"));
    app.call(ERASE, erasing(&alice)).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_last_admins_who_leave_at_once_one_stays() {
    for _ in 0..10 {
        let app = Arc::new(TestApp::start().await);
        let admins = [with_password(&app, "one").await, with_password(&app, "two").await];
        sqlx::query("UPDATE users SET role = 'admin'").execute(&mut app.connect().await).await.unwrap();
        let leaving = admins.map(|admin| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { erasing(&admin).through(&app.cold_environment(), ERASE).await })
        });
        let mut statuses = Vec::new();
        for leaving in leaving {
            statuses.push(leaving.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_keeps_an_owner_when_owner_and_heir_are_erased_at_once() {
    let app = Arc::new(TestApp::start().await);
    for round in 0..10 {
        let one = with_password(&app, &format!("one{round}")).await;
        let two = with_password(&app, &format!("two{round}")).await;
        let three = app.somebody(&format!("three{round}")).await;
        for members in [[&one, &two, &three], [&two, &one, &three]] {
            app.group(&members).await;
        }
        let alone = app.group(&[&one, &two]).await;
        let leaving = [one, two].map(|somebody| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { erasing(&somebody).through(&app.cold_environment(), ERASE).await })
        });
        for leaving in leaving {
            let answer = leaving.await.unwrap();
            assert_eq!(answer.status, 202, "{answer}");
        }
        let unsound = "SELECT count(*) FROM conversations WHERE member_count <> (
                SELECT count(*) FROM members WHERE conversation_id = id AND left_at IS NULL
            ) OR (member_count > 0) <> (
                SELECT count(*) = 1 FROM members WHERE conversation_id = id AND left_at IS NULL AND role = 'owner'
            ) OR (member_count = 0) <> (deleted_at IS NOT NULL)";
        assert_eq!(count(&app, unsound).await, 0);
        let keys: i64 =
            sqlx::query_scalar("SELECT count(*) FROM conversation_keys WHERE conversation_id = $1")
                .bind(alone.0)
                .fetch_one(&mut app.connect().await)
                .await
                .unwrap();
        assert_eq!(keys, 0, "with its last member a group ends");
    }
}

#[tokio::test]
async fn ones_own_password_is_not_to_be_guessed_either() {
    let app = TestApp::start().await;
    let alice = with_password(&app, "alice").await;
    let mut environment = app.cold_environment();
    environment.rate_limits = shared::rate::RateLimits::default();
    let guess = async |handler: HttpHandler, request: Request| {
        request.by(&alice).through(&environment, handler).await
    };
    for _ in 0..3 {
        let body = json!({"current_password": "a wrong password", "new_password": "another horse battery"});
        guess(CHANGE, Request::put("/v1/users/me/password", &body)).await.problem(403, "wrong_password");
    }
    for _ in 0..2 {
        let body = json!({"password": "a wrong password"});
        guess(ERASE, Request::delete("/v1/users/me").with_json(&body)).await.problem(403, "wrong_password");
    }
    let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
    guess(CHANGE, Request::put("/v1/users/me/password", &body)).await.problem(429, "rate_limited");
    guess(ERASE, erasing(&alice)).await.problem(429, "rate_limited");
    assert_eq!(count(&app, "SELECT count(*) FROM users WHERE deleted_at IS NULL").await, 1);
}
