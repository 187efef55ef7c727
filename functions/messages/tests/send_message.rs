//! `POST /v1/conversations/{conversation_id}/messages`, in process.

use std::collections::HashSet;

use messages::{list_messages, send_message};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use sqlx::Row;
use testkit::{Answer, KmsMood, Request, Somebody, TestApp, new_id};

const ROUTE: &str = "/v1/conversations/{conversation_id}/messages";
const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
const LIST: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));

fn sending(somebody: &Somebody, conversation: impl ToString, body: &Value) -> Request {
    Request::post(ROUTE, body).at("conversation_id", conversation).by(somebody)
}

fn text(text: &str) -> Value {
    json!({"client_id": new_id(), "type": "text", "text": text})
}

/// What must not change when a request fails.
async fn traces(app: &TestApp) -> (i64, i64, i64) {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM outbox), (SELECT coalesce(sum(last_seq + change_seq), 0)::bigint FROM conversations)",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    (row.get(0), row.get(1), row.get(2))
}

#[tokio::test]
async fn a_message_is_stored_sealed_numbered_and_announced() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;

    let body = text("Grüße, Welt 🌍");
    let sent = app.call(SEND, sending(&alice, conversation, &body)).await.created();
    assert_eq!(sent["text"], "Grüße, Welt 🌍");
    assert_eq!((&sent["seq"], &sent["change_seq"], &sent["version"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(sent["sender_id"], json!(alice.id));
    assert_eq!(sent["client_id"], body["client_id"]);

    let row = sqlx::query(
        "SELECT messages.sealed, outbox.type, outbox.message_id = messages.id AS same, outbox.change_seq
         FROM messages JOIN outbox USING (conversation_id)",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    let sealed: Vec<u8> = row.get(0);
    assert!(!String::from_utf8_lossy(&sealed).contains("Grüße"));
    assert_eq!(
        (row.get::<String, _>(1).as_str(), row.get::<bool, _>(2), row.get::<i64, _>(3)),
        ("message.created", true, 2)
    );
}

#[tokio::test]
async fn a_warm_send_is_one_round_trip_and_asks_no_key_service() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    app.call(SEND, sending(&alice, conversation, &text("the first"))).await.created();

    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    for number in 0..1_000 {
        app.call(SEND, sending(&alice, conversation, &text(&format!("message {number}")))).await.created();
    }
    assert_eq!(app.proxy.round_trips() - round_trips, 1_000);
    assert_eq!(app.kms.unwraps() - unwraps, 0);
}

#[tokio::test]
async fn a_conversation_new_to_a_warm_environment_costs_one_round_trip_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (known, new) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    app.call(SEND, sending(&alice, known, &text("warm"))).await.created();

    let round_trips = app.proxy.round_trips();
    app.call(SEND, sending(&alice, new, &text("hello"))).await.created();
    assert_eq!(app.proxy.round_trips() - round_trips, 2);
}

#[tokio::test]
async fn a_cold_environment_asks_the_key_service_once() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;

    let cold = app.cold_environment();
    let unwraps = app.kms.unwraps();
    for number in 0..3 {
        sending(&alice, conversation, &text(&format!("{number}"))).through(&cold, SEND).await.created();
    }
    assert_eq!(app.kms.unwraps() - unwraps, 1);
}

#[tokio::test]
async fn a_repeat_gets_the_same_message_back_and_sends_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let body = text("once");

    let first = app.call(SEND, sending(&alice, conversation, &body)).await.created();
    let traces_of_one = traces(&app).await;
    let repeat = app.call(SEND, sending(&alice, conversation, &body)).await.ok();
    // Another environment knows nothing of the first.
    let elsewhere = sending(&alice, conversation, &body).through(&app.cold_environment(), SEND).await.ok();
    assert_eq!(first, repeat);
    assert_eq!(first, elsewhere);
    assert_eq!(traces(&app).await, traces_of_one);
}

#[tokio::test]
async fn the_same_client_id_with_another_request_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (here, there) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let body = text("this");
    app.call(SEND, sending(&alice, here, &body)).await.created();
    let before = traces(&app).await;

    let other_text = json!({"client_id": body["client_id"], "type": "text", "text": "that"});
    app.call(SEND, sending(&alice, here, &other_text)).await.problem(422, "idempotency_key_reused");
    app.call(SEND, sending(&alice, there, &body)).await.problem(422, "idempotency_key_reused");
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn two_people_may_choose_the_same_client_id() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let body = text("same");
    app.call(SEND, sending(&alice, conversation, &body)).await.created();
    app.call(SEND, sending(&bob, conversation, &body)).await.created();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_id_sent_twenty_times_at_once_is_one_message() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let body = text("twenty");

    let sends = (0..20).map(|_| {
        let (app, body) = (std::sync::Arc::clone(&app), body.clone());
        tokio::spawn(async move {
            let environment = app.cold_environment();
            sending(&alice, conversation, &body).through(&environment, SEND).await
        })
    });
    let mut answers: Vec<Answer> = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        answers.push(send.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 19);
    let bodies: HashSet<String> = answers.iter().map(|answer| answer.json().to_string()).collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(traces(&app).await, (1, 1, 1 + 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_senders_number_their_messages_densely() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let mut members = Vec::new();
    for number in 0..8 {
        members.push(app.somebody(&format!("member{number}")).await);
    }
    let conversation = app.group(&members.iter().collect::<Vec<_>>()).await;

    let senders = members.into_iter().map(|member| {
        let app = std::sync::Arc::clone(&app);
        tokio::spawn(async move {
            let environment = app.cold_environment();
            let mut seqs = Vec::new();
            for number in 0..25 {
                let request = sending(&member, conversation, &text(&format!("{number}")));
                seqs.push(request.through(&environment, SEND).await.created()["seq"].as_i64().unwrap());
            }
            seqs
        })
    });
    let mut seqs = Vec::new();
    for sender in senders.collect::<Vec<_>>() {
        seqs.extend(sender.await.unwrap());
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_key_that_changed_meanwhile_is_learned_and_used() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    app.call(SEND, sending(&alice, conversation, &text("under epoch 1"))).await.created();

    let (_, key) = app.app.new_epoch_key(conversation, 2.into()).await.unwrap();
    sqlx::query(
        "WITH added AS (INSERT INTO conversation_keys VALUES ($1, 2, $2, $3))
         UPDATE conversations SET epoch = 2 WHERE id = $1",
    )
    .bind(conversation.0)
    .bind(key.keyring.0)
    .bind(key.sealed)
    .execute(&mut app.connect().await)
    .await
    .unwrap();

    let sent = app.call(SEND, sending(&alice, conversation, &text("under epoch 2"))).await.created();
    assert_eq!(sent["seq"], 2);
    let page = app.call(LIST, Request::get(ROUTE).at("conversation_id", conversation).by(&alice)).await.ok();
    assert_eq!(page["items"][0]["text"], "under epoch 2");
    assert_eq!(page["items"][1]["text"], "under epoch 1");
    let epochs: Vec<i32> = sqlx::query_scalar("SELECT epoch FROM messages ORDER BY seq")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(epochs, [1, 2]);
}

#[tokio::test]
async fn who_has_read_everything_has_read_their_own_message() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    app.call(SEND, sending(&alice, conversation, &text("one"))).await.created();
    app.call(SEND, sending(&bob, conversation, &text("two"))).await.created();

    let marks: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT read_seq, delivered_seq, last_seq - read_seq - own_unread
         FROM members JOIN conversations ON conversations.id = conversation_id JOIN users ON users.id = user_id
         ORDER BY username",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    // Alice has one unread of Bob; so has Bob of Alice, and his own is none.
    assert_eq!(marks, [(1, 1, 1), (0, 0, 1)]);
}

#[tokio::test]
async fn who_is_no_member_cannot_tell_the_conversation_from_none() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let before = traces(&app).await;

    let foreign = app.call(SEND, sending(&eve, conversation, &text("let me in"))).await;
    let random = app.call(SEND, sending(&eve, new_id(), &text("let me in"))).await;
    foreign.problem(404, "not_found");
    assert_eq!(foreign.masked(), random.masked());

    sqlx::query("UPDATE members SET left_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(SEND, sending(&alice, conversation, &text("still here?"))).await.problem(404, "not_found");
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn a_session_that_has_ended_sends_nothing() {
    let app = TestApp::start().await;
    for (name, end) in [
        ("revoked", "UPDATE sessions SET revoked_at = now()"),
        ("expired", "UPDATE sessions SET access_expires_at = now()"),
        ("suspended", "UPDATE users SET suspended_at = now()"),
        ("deleted", "UPDATE users SET deleted_at = now()"),
    ] {
        let somebody = app.somebody(name).await;
        let conversation = app.group(&[&somebody]).await;
        let before = traces(&app).await;
        sqlx::query(end).execute(&mut app.connect().await).await.unwrap();
        let answer = app.call(SEND, sending(&somebody, conversation, &text("too late"))).await;
        answer.problem(401, "unauthenticated");
        assert_eq!(traces(&app).await, before, "{name}");
    }
}

#[tokio::test]
async fn nobody_sends_without_a_caller_in_the_context() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let request = || Request::post(ROUTE, &text("hi")).at("conversation_id", conversation);
    app.call(SEND, request()).await.problem(401, "unauthenticated");
    let forged = request().with_header("x-user-id", &alice.id.to_string());
    app.call(SEND, forged).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_claim_to_be_somebody_else_is_refused() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let as_bob = |value: &str| sending(&alice, conversation, &text("hi")).with_header("x-user-id", value);
    for claim in [bob.id.to_string(), format!("{},{}", alice.id, bob.id), String::new(), "alice".to_owned()] {
        app.call(SEND, as_bob(&claim)).await.problem(403, "user_id_mismatch");
    }
    app.call(SEND, as_bob(&alice.id.to_string())).await.created();
}

#[tokio::test]
async fn every_bad_field_is_named_and_nothing_is_sent() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let before = traces(&app).await;
    let id = new_id();
    let too_long = "x".repeat(10_001);
    for (body, expected) in [
        (json!({}), vec![("client_id", "required"), ("type", "required"), ("text", "required")]),
        (json!({"client_id": "1", "type": "text", "text": "a"}), vec![("client_id", "invalid_format")]),
        (
            json!({"client_id": 1, "type": 1, "text": 1}),
            vec![("client_id", "wrong_type"), ("type", "wrong_type"), ("text", "wrong_type")],
        ),
        (json!({"client_id": id, "type": "system", "text": "a"}), vec![("type", "invalid_value")]),
        (json!({"client_id": id, "type": "text", "text": ""}), vec![("text", "too_short")]),
        (json!({"client_id": id, "type": "text", "text": " \n "}), vec![("text", "too_short")]),
        (json!({"client_id": id, "type": "text", "text": too_long}), vec![("text", "too_long")]),
        (json!({"client_id": id, "type": "text", "text": "a\0b"}), vec![("text", "invalid_value")]),
        (
            json!({"client_id": id, "type": "text", "text": "a", "seq": 7, "sender_id": id}),
            vec![("seq", "unknown_field"), ("sender_id", "unknown_field")],
        ),
    ] {
        app.call(SEND, sending(&alice, conversation, &body)).await.invalid(&expected);
    }
    app.call(SEND, sending(&alice, "not-a-uuid", &text("a")))
        .await
        .invalid(&[("conversation_id", "invalid_format")]);
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let with_body = |body: &str| sending(&alice, conversation, &json!({})).with_body(body);
    for malformed in ["", "{", "{\"text\": \"\\ud800\"}", "nonsense", "{\"a\":1}{"] {
        app.call(SEND, with_body(malformed)).await.problem(400, "malformed_json");
    }
    app.call(SEND, with_body("[]")).await.invalid(&[("", "wrong_type")]);
    let too_large = format!("{{\"text\": \"{}\"}}", "x".repeat(256 * 1024));
    app.call(SEND, with_body(&too_large)).await.problem(413, "body_too_large");
    let as_text = with_body("{}").with_header("content-type", "text/plain");
    app.call(SEND, as_text).await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn without_a_key_nothing_is_sent_and_the_client_may_try_again() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let before = traces(&app).await;
    for mood in [KmsMood::Refusing, KmsMood::Unavailable] {
        app.kms.set_mood(mood);
        let answer = sending(&alice, conversation, &text("a")).through(&app.cold_environment(), SEND).await;
        answer.problem(503, "unavailable");
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn a_connection_that_died_between_requests_is_replaced() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    app.call(SEND, sending(&alice, conversation, &text("one"))).await.created();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let sent = app.call(SEND, sending(&alice, conversation, &text("two"))).await.created();
    assert_eq!(sent["seq"], 2);
}
