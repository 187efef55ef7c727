//! `PUT` and `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/pin`, in process.

use std::sync::Arc;

use serde_json::json;
use testkit::{Request, TestApp, new_id};

use crate::talk::*;

#[tokio::test]
async fn every_member_pins_and_unpins_for_everybody() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "remember").await;
    let pinned = app.call(SET_PIN, pinning(&bob, &message)).await.ok();
    assert_eq!(
        (&pinned["pinned"], &pinned["change_seq"], &pinned["text"]),
        (&json!(true), &json!(3), &json!("remember"))
    );
    assert_eq!(get(&app, &alice, &message).await.ok(), pinned);
    let before = traces(&app).await;
    assert_eq!(app.call(SET_PIN, pinning(&alice, &message)).await.ok(), pinned, "again changes nothing");
    assert_eq!(traces(&app).await, before);

    assert_eq!(app.call(UNPIN, unpinning(&alice, &message)).await.status, 204);
    assert_eq!(get(&app, &bob, &message).await.ok()["pinned"], json!(false));
    let before = traces(&app).await;
    assert_eq!(app.call(UNPIN, unpinning(&bob, &message)).await.status, 204);
    assert_eq!(traces(&app).await, before);
    assert_eq!(events(&app, conversation).await, ["message.created", "message.updated", "message.updated"]);

    let round_trips = app.proxy.round_trips();
    app.call(SET_PIN, pinning(&bob, &message)).await.ok();
    app.call(UNPIN, unpinning(&bob, &message)).await;
    app.call(LIST, Request::get(MESSAGES).at("conversation_id", conversation).by(&bob)).await.ok();
    assert_eq!(
        app.proxy.round_trips() - round_trips,
        2 + 2,
        "the list's statement is new to this environment"
    );
}

#[tokio::test]
async fn there_are_fifty_pins_and_no_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let mut messages = Vec::new();
    for number in 0..51 {
        messages.push(sent(&app, &alice, conversation, &number.to_string()).await);
    }
    for message in &messages[..50] {
        app.call(SET_PIN, pinning(&alice, message)).await.ok();
    }
    let before = traces(&app).await;
    let answer = app.call(SET_PIN, pinning(&alice, &messages[50])).await;
    answer.problem(409, "too_many_pins");
    assert_eq!(answer.json()["max"], 50);
    assert_eq!(traces(&app).await, before);
    // A pinned message that is deleted makes room, and so does one that is unpinned.
    delete_for_all(&app, &alice, &messages[0]).await;
    app.call(SET_PIN, pinning(&alice, &messages[50])).await.ok();
    app.call(UNPIN, unpinning(&alice, &messages[1])).await;
    assert_eq!(number(&app, "SELECT pin_count::bigint FROM conversations").await, 49);
    assert_eq!(number(&app, "SELECT count(*) FROM pins").await, 49);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_pins_at_once_fifty_are_taken() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let mut messages = Vec::new();
    for number in 0..56 {
        messages.push(sent(&app, &alice, conversation, &number.to_string()).await);
    }
    for message in &messages[..46] {
        app.call(SET_PIN, pinning(&alice, message)).await.ok();
    }
    let tasks: Vec<_> = messages[46..]
        .iter()
        .chain(&messages[46..])
        .map(|message| {
            let (app, message) = (Arc::clone(&app), message.clone());
            tokio::spawn(
                async move { pinning(&alice, &message).through(&app.cold_environment(), SET_PIN).await },
            )
        })
        .collect();
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status != 200 {
            answer.problem(409, "too_many_pins");
        }
    }
    assert_eq!(number(&app, "SELECT count(*) FROM pins").await, 50);
    assert_eq!(number(&app, "SELECT pin_count::bigint FROM conversations").await, 50);
    assert_eq!(events(&app, conversation).await.len(), 56 + 50);
}

#[tokio::test]
async fn nobody_pins_what_is_gone_or_not_theirs_to_see() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    let gone = sent(&app, &alice, conversation, "gone").await;
    delete_for_all(&app, &alice, &gone).await;
    let elsewhere = json!({"conversation_id": app.group(&[&alice]).await, "id": message["id"]});
    let random = json!({"conversation_id": conversation, "id": new_id()});
    let before = traces(&app).await;
    app.call(SET_PIN, pinning(&alice, &gone)).await.problem(409, "message_deleted");
    let nothing = app.call(SET_PIN, pinning(&eve, &random)).await;
    nothing.problem(404, "not_found");
    assert_eq!(app.call(SET_PIN, pinning(&eve, &message)).await.masked(), nothing.masked());
    app.call(SET_PIN, pinning(&alice, &elsewhere)).await.problem(404, "not_found");
    app.call(UNPIN, unpinning(&eve, &message)).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(SET_PIN, pinning(&alice, &message)).await.problem(401, "unauthenticated");
    app.call(UNPIN, unpinning(&alice, &message)).await.problem(401, "unauthenticated");
    assert_eq!(traces(&app).await, before);
}
