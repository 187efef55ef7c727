//! `GET /v1/conversations/{conversation_id}/messages/{message_id}/history`, in process.

use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

fn asking(somebody: &Somebody, message: &Value) -> Request {
    about(Request::get(HISTORY), somebody, message)
}

fn texts(page: &Value) -> Vec<(i64, String)> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (item["version"].as_i64().unwrap(), item["text"].as_str().unwrap_or("-").to_owned()))
        .collect()
}

#[tokio::test]
async fn members_read_what_it_said_before() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "one").await;
    assert_eq!(app.call(GET_HISTORY, asking(&bob, &message)).await.ok(), json!({"items": []}));

    app.call(EDIT, editing(&alice, &message, "two", 1)).await.ok();
    rekey(&app, conversation, 2).await;
    let latest = app.call(EDIT, editing(&alice, &message, "three", 2)).await.ok();
    let history = app.call(GET_HISTORY, asking(&bob, &message)).await.ok();
    assert_eq!(texts(&history), [(2, "two".to_owned()), (1, "one".to_owned())]);
    assert_eq!(history["items"][1]["created_at"], message["created_at"]);
    assert!(history["items"][0]["created_at"].as_str() < latest["edited_at"].as_str());

    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    app.call(GET_HISTORY, asking(&bob, &message)).await.ok();
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (1, 0));
}

#[tokio::test]
async fn a_long_history_comes_in_pages() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "1").await;
    for version in 1..6 {
        app.call(EDIT, editing(&alice, &message, &(version + 1).to_string(), version)).await.ok();
    }
    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = app.call(GET_HISTORY, asking(&alice, &message).with_query(&query)).await.ok();
        seen.extend(texts(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    let expected: Vec<_> = (1..6).rev().map(|version| (version, version.to_string())).collect();
    assert_eq!(seen, expected);
    for (query, field, code) in [
        ("limit=0", "limit", "invalid_value"),
        ("limit=101", "limit", "too_large"),
        ("cursor=x", "cursor", "invalid_value"),
        ("cursor=", "cursor", "invalid_value"),
    ] {
        app.call(GET_HISTORY, asking(&alice, &message).with_query(query)).await.invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn what_is_deleted_has_no_history() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "one").await;
    app.call(EDIT, editing(&alice, &message, "two", 1)).await.ok();
    let expiring = sent(&app, &alice, conversation, "one").await;
    app.call(EDIT, editing(&alice, &expiring, "two", 1)).await.ok();
    delete_for_all(&app, &alice, &message).await;
    behind(&app, "UPDATE messages SET expires_at = now() WHERE seq = 2").await;
    for gone in [&message, &expiring] {
        assert_eq!(app.call(GET_HISTORY, asking(&bob, gone)).await.ok(), json!({"items": []}));
    }
}

#[tokio::test]
async fn a_version_that_does_not_open_says_so() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "one").await;
    app.call(EDIT, editing(&alice, &message, "two", 1)).await.ok();
    app.call(EDIT, editing(&alice, &message, "three", 2)).await.ok();
    // One version in the place of another.
    behind(&app, "UPDATE message_revisions SET sealed = (SELECT sealed FROM message_revisions WHERE version = 2) WHERE version = 1").await;
    let history = app.call(GET_HISTORY, asking(&alice, &message)).await.ok();
    assert_eq!(texts(&history), [(2, "two".to_owned()), (1, "-".to_owned())]);
    assert_eq!(history["items"][1]["error"], "undecryptable");
    assert_eq!(number(&app, "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail'").await, 1);
}

#[tokio::test]
async fn it_is_for_those_who_may_see_the_message() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "one").await;
    app.call(EDIT, editing(&alice, &message, "two", 1)).await.ok();
    let random = json!({"conversation_id": conversation, "id": new_id()});
    let nothing = app.call(GET_HISTORY, asking(&eve, &random)).await;
    nothing.problem(404, "not_found");
    assert_eq!(app.call(GET_HISTORY, asking(&eve, &message)).await.masked(), nothing.masked());
    let elsewhere = json!({"conversation_id": app.group(&[&alice]).await, "id": message["id"]});
    app.call(GET_HISTORY, asking(&alice, &elsewhere)).await.problem(404, "not_found");
    behind(&app, format!("UPDATE members SET joined_seq = 1 WHERE user_id = '{}'", bob.id)).await;
    app.call(GET_HISTORY, asking(&bob, &message)).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(GET_HISTORY, asking(&alice, &message)).await.problem(401, "unauthenticated");
}
