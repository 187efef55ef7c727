//! How often one may send, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use messages::send_message;
use serde_json::{Value, json};
use shared::App;
use shared::rate::RateLimits;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));

fn sending(somebody: &Somebody, conversation: impl ToString, body: &Value) -> Request {
    Request::post("/v1/conversations/{conversation_id}/messages", body)
        .at("conversation_id", conversation)
        .by(somebody)
}

fn text() -> Value {
    json!({"client_id": new_id(), "type": "text", "text": "hello"})
}

fn with_limits(app: &TestApp, limits: &str) -> App {
    let mut environment = app.cold_environment();
    environment.rate_limits = RateLimits::parse(limits).unwrap();
    environment
}

/// Sixteen connections that ask at once for more than there is get exactly what there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_is_exact_under_sixteen_connections() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    for burst in [1, 7, 30] {
        sqlx::query("DELETE FROM rate_limits").execute(&mut app.connect().await).await.unwrap();
        // So slow that nothing comes back while the test runs.
        let limits = format!("send={burst}/3600");
        let environments: Vec<Arc<App>> = (0..16).map(|_| Arc::new(with_limits(&app, &limits))).collect();
        let sends: Vec<_> = environments
            .iter()
            .flat_map(|environment| (0..4).map(|_| Arc::clone(environment)))
            .map(|environment| {
                tokio::spawn(async move {
                    sending(&alice, conversation, &text()).through(&environment, SEND).await.status
                })
            })
            .collect();
        let mut statuses = Vec::new();
        for send in sends {
            statuses.push(send.await.unwrap());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), burst, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 64 - burst, "{statuses:?}");
        sending(&bob, conversation, &text()).through(&environments[0], SEND).await.created();
    }
}

#[tokio::test]
async fn only_what_is_written_counts() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let environment = with_limits(&app, "send=2/3600");
    let body = text();
    let first = sending(&alice, conversation, &body).through(&environment, SEND).await;
    assert_eq!(first.headers["ratelimit-remaining"], "1");
    first.created();
    // A repeat is the same message, and costs nothing, nor does what is refused.
    for _ in 0..5 {
        let repeat = sending(&alice, conversation, &body).through(&environment, SEND).await;
        assert!(!repeat.headers.contains_key("ratelimit-remaining"));
        repeat.ok();
        sending(&eve, conversation, &text()).through(&environment, SEND).await.problem(404, "not_found");
    }
    sending(&alice, conversation, &text()).through(&environment, SEND).await.created();
    let refused = sending(&alice, conversation, &text()).through(&environment, SEND).await;
    refused.problem(429, "rate_limited");
    sending(&alice, conversation, &body).through(&environment, SEND).await.ok();
    let held: i64 = sqlx::query_scalar("SELECT count(*) FROM rate_limits")
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(held, 1, "eve has taken nothing");
}

#[tokio::test]
async fn a_refusal_is_one_round_trip_and_writes_no_message() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let environment = with_limits(&app, "send=1/3600");
    sending(&alice, conversation, &text()).through(&environment, SEND).await.created();
    // The first refusal is recorded, which is a statement of its own.
    sending(&alice, conversation, &text()).through(&environment, SEND).await.problem(429, "rate_limited");
    let round_trips = app.proxy.round_trips();
    sending(&alice, conversation, &text()).through(&environment, SEND).await.problem(429, "rate_limited");
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    let (messages, events): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM messages),
                (SELECT count(*) FROM audit_events WHERE event = 'excess_rate_limit_exceeded' AND actor_id = $1)",
    )
    .bind(alice.id.0)
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!((messages, events), (1, 1));
}

#[tokio::test]
async fn the_planner_knows_that_a_limit_yields_one_row() {
    let it = TestApp::start().await;
    let rows = "SELECT prorows FROM pg_proc WHERE proname = 'take_from_limit'";
    let rows: f32 = sqlx::query_scalar(rows).fetch_one(&mut it.connect().await).await.unwrap();
    assert!((rows - 1.0).abs() < f32::EPSILON, "a statement is planned for {rows} times its size");
}
