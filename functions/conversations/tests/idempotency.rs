//! `POST /v1/conversations` with an `Idempotency-Key`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use conversations::create_conversation;
use serde_json::{Value, json};
use shared::App;
use shared::serve::HttpHandler;
use testkit::{Answer, Request, Somebody, TestApp};

const CREATE: HttpHandler = |app, call| Box::pin(create_conversation::handle(app, call));

fn group(title: &str) -> Value {
    json!({"type": "group", "title": title, "member_ids": []})
}

async fn creates(app: &App, somebody: &Somebody, key: &str, body: &Value) -> Answer {
    let request = Request::post("/v1/conversations", body).by(somebody).with_header("Idempotency-Key", key);
    request.through(app, CREATE).await
}

fn is_replayed(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

async fn conversations(app: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM conversations")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_makes_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let first = creates(&app.app, &alice, "key-1", &group("Book club")).await;
    assert!(!is_replayed(&first));
    let round_trips = app.proxy.round_trips();
    let again = creates(&app.app, &alice, "key-1", &group("Book club")).await;
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    // An environment that knows nothing of the first, and a conversation that has changed meanwhile.
    sqlx::query("UPDATE conversations SET last_seq = 7").execute(&mut app.connect().await).await.unwrap();
    let elsewhere = creates(&app.cold_environment(), &alice, "key-1", &group("Book club")).await;
    for repeat in [&again, &elsewhere] {
        assert!(is_replayed(repeat));
        assert_eq!((repeat.status, &repeat.body), (201, &first.body));
    }
    assert_eq!(conversations(&app).await, 1);
    // Without a key, or with another, it is another group.
    assert!(!is_replayed(&creates(&app.app, &alice, "key-2", &group("Book club")).await));
    app.call(CREATE, Request::post("/v1/conversations", &group("Book club")).by(&alice)).await.created();
    assert_eq!(conversations(&app).await, 3);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    creates(&app.app, &alice, "key", &group("Book club")).await.created();
    creates(&app.app, &alice, "key", &group("Chess club")).await.problem(422, "idempotency_key_reused");
    let direct = json!({"type": "direct", "member_ids": [bob.id]});
    creates(&app.app, &alice, "key", &direct).await.problem(422, "idempotency_key_reused");
    assert_eq!(conversations(&app).await, 1);
    // A key belongs to whoever chose it.
    assert!(!is_replayed(&creates(&app.app, &bob, "key", &group("Book club")).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_at_once_with_one_key_make_one_group() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let asks: Vec<_> = (0..20)
        .map(|_| {
            let environment = app.cold_environment();
            tokio::spawn(async move { creates(&environment, &alice, "key", &group("Book club")).await })
        })
        .collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.unwrap());
    }
    assert_eq!(conversations(&app).await, 1);
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
}

#[tokio::test]
async fn what_was_refused_is_not_kept() {
    let app = TestApp::start().await;
    let (alice, nobody) = (app.somebody("alice").await, testkit::new_id());
    let body = json!({"type": "group", "title": "Book club", "member_ids": [nobody]});
    creates(&app.app, &alice, "key", &body).await.invalid(&[("member_ids", "unknown_user")]);
    creates(&app.app, &alice, "key", &group("Book club")).await.created();
    assert_eq!(conversations(&app).await, 1);
}

#[tokio::test]
async fn a_key_has_its_form() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    for key in [String::new(), " ".to_owned(), "a b".to_owned(), "k".repeat(256), "schlüssel".to_owned()] {
        let answer = creates(&app.app, &alice, &key, &group("Book club")).await;
        answer.invalid(&[("idempotency-key", "invalid_value")]);
    }
    creates(&app.app, &alice, &"k".repeat(255), &group("Book club")).await.created();
    assert_eq!(conversations(&app).await, 1);
}

#[tokio::test]
async fn what_is_kept_is_sealed_and_opens_in_its_place_only() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    creates(&app.app, &alice, "one", &group("Canary birds")).await.created();
    creates(&app.app, &alice, "two", &group("Canary birds")).await.created();
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM idempotency")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|sealed| !String::from_utf8_lossy(sealed).contains("Canary")));
    sqlx::query("UPDATE idempotency SET sealed = other.sealed FROM idempotency AS other WHERE other.key <> idempotency.key")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    creates(&app.app, &alice, "one", &group("Canary birds")).await.problem(500, "internal");
}
