//! `POST /v1/users/me/export`, `GET /v1/users/me/export` and the sweep, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{FakeObjects, FakeQueue, Request, Somebody, TestApp};
use users::{get_export, request_export, sweep_exports};

/// Shared by the tests of this file, which find their own exports in it.
static QUEUE: LazyLock<FakeQueue> = LazyLock::new(FakeQueue::default);
static OBJECTS: LazyLock<FakeObjects> = LazyLock::new(FakeObjects::default);

const ASK: HttpHandler = |app, call| Box::pin(request_export::handle(app, &*QUEUE, call));
const ASK_IN_VAIN: HttpHandler = |app, call| {
    Box::pin(async move {
        let queue = FakeQueue::default();
        queue.breaks();
        request_export::handle(app, &queue, call).await
    })
};
const GET: HttpHandler = |app, call| Box::pin(get_export::handle(app, &*OBJECTS, call));

const ROUTE: &str = "/v1/users/me/export";

fn asking(who: &Somebody) -> Request {
    Request::post(ROUTE, &json!({})).by(who)
}

fn getting(who: &Somebody) -> Request {
    Request::get(ROUTE).by(who)
}

async fn asks(app: &TestApp, who: &Somebody) -> Value {
    let answer = app.call(ASK, asking(who)).await;
    assert_eq!(answer.status, 202, "{answer}");
    answer.json()
}

async fn alter(app: &TestApp, statement: &'static str) {
    sqlx::query(statement).execute(&mut app.connect().await).await.unwrap();
}

async fn count(app: &TestApp, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&mut app.connect().await).await.unwrap()
}

/// How often the queue was sent this export.
fn sent(export: &Value, who: &Somebody) -> usize {
    let body = json!({"export_id": export["id"], "user_id": who.id});
    QUEUE.sent().iter().filter(|sent| serde_json::from_str::<Value>(sent).unwrap() == body).count()
}

const READY: &str =
    "UPDATE exports SET state = 'ready', finished_at = now(), object_key = 'somewhere.zip', size = 7,
    expires_at = now() + interval '7 days'";

#[tokio::test]
async fn an_export_is_asked_for_in_one_round_trip_and_stands_for_the_next() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let export = asks(&app, &alice).await;
    assert_eq!((&export["state"], &export["finished_at"]), (&json!("pending"), &Value::Null));
    let round_trips = app.proxy.round_trips();
    assert_eq!(asks(&app, &alice).await, export);
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    alter(&app, "UPDATE exports SET state = 'running', run_id = gen_random_uuid(), started_at = now()").await;
    let running = asks(&app, &alice).await;
    assert_eq!((&running["id"], &running["state"]), (&export["id"], &json!("running")));

    assert_eq!(sent(&export, &alice), 1, "the worker is told once");
    let events: Vec<(String, String)> =
        sqlx::query_as("SELECT event, subject_id::text FROM audit_events WHERE subject_type = 'export'")
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    let id = export["id"].as_str().unwrap().to_owned();
    assert_eq!(events, [("sensitive_create".to_owned(), id)]);
}

#[tokio::test]
async fn the_same_request_with_its_key_gets_the_same_answer() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let asking = || asking(&alice).with_header("Idempotency-Key", "key");
    let first = app.call(ASK, asking()).await;
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (202, None));
    alter(&app, READY).await;
    alter(&app, "UPDATE exports SET finished_at = now() - interval '6 hours'").await;
    let again = app.call(ASK, asking()).await;
    assert_eq!((again.status, &again.body), (202, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!((count(&app, "SELECT count(*) FROM exports").await, sent(&first.json(), &alice)), (1, 1));
    // Another key is another wish.
    assert_ne!(asks(&app, &alice).await["id"], first.json()["id"]);
}

#[tokio::test]
async fn what_was_made_lately_stands_for_a_new_one() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let first = asks(&app, &alice).await;
    alter(&app, READY).await;
    let again = asks(&app, &alice).await;
    assert_eq!((&again["id"], &again["state"], &again["size"]), (&first["id"], &json!("ready"), &json!(7)));
    alter(&app, "UPDATE exports SET finished_at = now() - interval '6 hours'").await;
    let second = asks(&app, &alice).await;
    assert_eq!(second["state"], "pending");
    assert_ne!(second["id"], first["id"]);

    alter(&app, "UPDATE exports SET state = 'failed', finished_at = now() WHERE state = 'pending'").await;
    assert_eq!(asks(&app, &alice).await["state"], "failed");
    alter(&app, "UPDATE exports SET finished_at = finished_at - interval '1 hour'").await;
    assert_eq!(asks(&app, &alice).await["state"], "pending");
    assert_eq!(count(&app, "SELECT count(*) FROM exports").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_at_once_all_get_the_same() {
    let app = Arc::new(TestApp::start().await);
    let environments: Vec<_> = (0..4).map(|_| Arc::new(app.cold_environment())).collect();
    for round in 0..25 {
        let alice = app.somebody(&format!("alice{round}")).await;
        let asks: Vec<_> = environments
            .iter()
            .map(|environment| {
                let environment = Arc::clone(environment);
                tokio::spawn(async move { asking(&alice).through(&environment, ASK).await })
            })
            .collect();
        let mut answers = Vec::new();
        for ask in asks {
            let answer = ask.await.unwrap();
            assert_eq!(answer.status, 202, "{answer}");
            answers.push(answer.json());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(sent(&answers[0], &alice), 1);
    }
    assert_eq!(count(&app, "SELECT count(*) FROM exports").await, 25);
    assert_eq!(count(&app, "SELECT count(*) FROM audit_events WHERE event = 'sensitive_create'").await, 25);
}

#[tokio::test]
async fn what_the_queue_did_not_take_the_sweep_sends() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let answer = app.call(ASK_IN_VAIN, asking(&alice)).await;
    assert_eq!(answer.status, 202, "{answer}");
    let export = answer.json();
    let sweeps = async || sweep_exports::handle(&app.app, &*QUEUE).await.unwrap();
    assert_eq!(sweeps().await, json!({"due": 0, "sent": 0}), "the request may still be at it");
    alter(&app, "UPDATE exports SET requested_at = requested_at - interval '10 seconds'").await;
    let broken = FakeQueue::default();
    broken.breaks();
    assert_eq!(
        sweep_exports::handle(&app.app, &broken).await.unwrap(),
        json!({"due": 1, "sent": 0}),
        "the queue is still away"
    );
    assert_eq!(sweeps().await, json!({"due": 1, "sent": 1}));
    assert_eq!(sent(&export, &alice), 1);
    assert_eq!(sweeps().await, json!({"due": 0, "sent": 0}), "it waits in the queue");
    alter(&app, "UPDATE exports SET sent_at = sent_at - interval '15 minutes'").await;
    assert_eq!(sweeps().await, json!({"due": 1, "sent": 1}), "it was lost");
}

#[tokio::test]
async fn the_sweep_gives_up_and_forgets_in_time() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (export, _) = (asks(&app, &alice).await, asks(&app, &bob).await);
    let sweeps = async || sweep_exports::handle(&app.app, &*QUEUE).await.unwrap()["sent"].clone();
    alter(
        &app,
        "UPDATE exports SET state = 'running', run_id = gen_random_uuid(), attempts = 4,
             started_at = now() - interval '15 minutes'",
    )
    .await;
    assert_eq!(sweeps().await, 0, "workers may be at it");
    alter(&app, "UPDATE exports SET started_at = started_at - interval '1 minute'").await;
    assert_eq!(sweeps().await, 2);
    alter(&app, "UPDATE exports SET attempts = 5, sent_at = NULL").await;
    assert_eq!(sweeps().await, 0);
    assert_eq!(app.call(GET, getting(&alice)).await.ok()["state"], "failed");
    assert_eq!(sent(&export, &alice), 2);
    alter(&app, "UPDATE exports SET finished_at = now() - interval '31 days'").await;
    sweeps().await;
    app.call(GET, getting(&alice)).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_link_is_given_to_the_owner_while_the_archive_is_there() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    app.call(GET, getting(&alice)).await.problem(404, "not_found");
    let export = asks(&app, &alice).await;
    let pending = app.call(GET, getting(&alice)).await.ok();
    assert_eq!((&pending["id"], &pending["download"]), (&export["id"], &Value::Null));

    alter(&app, READY).await;
    let round_trips = app.proxy.round_trips();
    let ready = app.call(GET, getting(&alice)).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!(ready["download"]["url"], "https://bucket.example.org/somewhere.zip?seconds=300");
    app.call(GET, getting(&bob)).await.problem(404, "not_found");
    let recorded =
        "SELECT count(*) FROM audit_events WHERE event = 'sensitive_read' AND subject_type = 'export'";
    assert_eq!(count(&app, recorded).await, 1, "each link is recorded");

    alter(&app, "UPDATE exports SET expires_at = now() + interval '100 seconds'").await;
    let ending = app.call(GET, getting(&alice)).await.ok()["download"]["url"].take();
    let seconds: u64 = ending.as_str().unwrap().rsplit_once('=').unwrap().1.parse().unwrap();
    assert!((1..=100).contains(&seconds), "no link outlives its archive: {ending}");
    alter(&app, "UPDATE exports SET expires_at = now()").await;
    let expired = app.call(GET, getting(&alice)).await.ok();
    assert_eq!((&expired["state"], &expired["download"]), (&json!("ready"), &Value::Null));
    assert_eq!(count(&app, recorded).await, 2);
}

#[tokio::test]
async fn without_a_live_session_there_is_nothing_to_ask_for() {
    let app = TestApp::start().await;
    let (alice, mallory) = (app.somebody("alice").await, app.somebody("mallory").await);
    let mixed = Somebody { id: alice.id, session: mallory.session };
    for handler in [ASK, GET] {
        app.call(handler, asking(&mixed)).await.problem(401, "unauthenticated");
    }
    app.call(ASK, Request::post(ROUTE, &json!({}))).await.problem(401, "unauthenticated");
    alter(&app, "UPDATE users SET suspended_at = now()").await;
    app.call(ASK, asking(&alice)).await.problem(401, "unauthenticated");
    assert_eq!(count(&app, "SELECT count(*) FROM exports").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM audit_events").await, 0);
}
