//! `POST /v1/conversations/{conversation_id}/messages/{message_id}/report`, in process.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

fn reporting(somebody: &Somebody, message: &Value, body: &Value) -> Request {
    about(Request::post(REPORT, body), somebody, message)
}

#[tokio::test]
async fn a_report_is_kept_once_for_each_user_and_message_and_its_comment_sealed() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "buy!").await;
    let body = json!({"reason": "spam", "comment": "The third one today."});
    let report = app.call(TELL, reporting(&bob, &message, &body)).await.created();
    assert_eq!(
        (&report["message_id"], &report["reason"], &report["status"]),
        (&message["id"], &json!("spam"), &json!("open"))
    );
    assert_eq!(number(&app, "SELECT count(*) FROM reports WHERE reports::text LIKE '%third%'").await, 0);
    assert_eq!(number(&app, "SELECT octet_length(comment_sealed)::bigint FROM reports").await, 65 + 20);

    let before = app.proxy.round_trips();
    let again = app.call(TELL, reporting(&bob, &message, &json!({"reason": "other"}))).await.ok();
    assert_eq!((again, app.proxy.round_trips() - before), (report, 1));
    app.call(TELL, reporting(&alice, &message, &json!({"reason": "other"}))).await.created();
    assert_eq!(number(&app, "SELECT count(*) FROM reports").await, 2);
    assert_eq!(events(&app, conversation).await, ["message.created"], "nobody in the conversation is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_reports_at_once_are_one() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "buy!").await;
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (app, message) = (Arc::clone(&app), message.clone());
            tokio::spawn(async move {
                let request = reporting(&alice, &message, &json!({"reason": "spam"}));
                request.through(&app.cold_environment(), TELL).await
            })
        })
        .collect();
    let (mut created, mut ids) = (0, std::collections::HashSet::new());
    for task in tasks {
        let answer = task.await.unwrap();
        created += i32::from(answer.status == 201);
        ids.insert(answer.json()["id"].to_string());
    }
    assert_eq!((created, ids.len()), (1, 1));
}

#[tokio::test]
async fn the_same_report_with_its_key_gets_the_same_answer() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "buy!").await;
    let body = json!({"reason": "spam", "comment": "The third one today."});
    let tells = |message: &Value, body: &Value| {
        reporting(&alice, message, body).with_header("Idempotency-Key", "key")
    };
    let first = app.call(TELL, tells(&message, &body)).await;
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (201, None));
    behind(&app, "UPDATE reports SET status = 'resolved', handled_at = now()").await;
    let before = app.proxy.round_trips();
    let again = app.call(TELL, tells(&message, &body)).await;
    assert_eq!(app.proxy.round_trips() - before, 1);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");

    app.call(TELL, tells(&message, &json!({"reason": "spam"}))).await.problem(422, "idempotency_key_reused");
    let other = sent(&app, &alice, conversation, "sell!").await;
    app.call(TELL, tells(&other, &body)).await.problem(422, "idempotency_key_reused");
    assert_eq!(number(&app, "SELECT count(*) FROM reports").await, 1);
    let kept = number(&app, "SELECT count(*) FROM idempotency WHERE sealed::text LIKE '%spam%'").await;
    assert_eq!((kept, number(&app, "SELECT count(*) FROM idempotency").await), (0, 1));
}

#[tokio::test]
async fn every_bad_field_is_named_and_who_may_not_see_it_may_not_report_it() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    let elsewhere = json!({"conversation_id": app.group(&[&alice]).await, "id": message["id"]});
    let random = json!({"conversation_id": conversation, "id": new_id()});
    let before = traces(&app).await;
    for (body, expected) in [
        (json!({}), vec![("reason", "required")]),
        (json!({"reason": "dull"}), vec![("reason", "invalid_value")]),
        (json!({"reason": 1, "comment": 1}), vec![("reason", "wrong_type"), ("comment", "wrong_type")]),
        (json!({"reason": "spam", "comment": " "}), vec![("comment", "too_short")]),
        (json!({"reason": "spam", "comment": "x".repeat(1_001)}), vec![("comment", "too_long")]),
        (json!({"reason": "spam", "comment": "\0"}), vec![("comment", "invalid_value")]),
        (json!({"reason": "spam", "status": "open"}), vec![("status", "unknown_field")]),
    ] {
        app.call(TELL, reporting(&alice, &message, &body)).await.invalid(&expected);
    }
    let body = json!({"reason": "spam"});
    let nothing = app.call(TELL, reporting(&eve, &random, &body)).await;
    nothing.problem(404, "not_found");
    assert_eq!(app.call(TELL, reporting(&eve, &message, &body)).await.masked(), nothing.masked());
    app.call(TELL, reporting(&alice, &elsewhere, &body)).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(TELL, reporting(&alice, &message, &body)).await.problem(401, "unauthenticated");
    assert_eq!(traces(&app).await, before);
}
