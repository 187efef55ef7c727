//! `PATCH /v1/conversations/{conversation_id}/messages/{message_id}`, in process.

use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

async fn two(app: &TestApp) -> (Somebody, Somebody) {
    (app.somebody("alice").await, app.somebody("bob").await)
}

#[tokio::test]
async fn an_edit_changes_the_text_and_keeps_what_it_was() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let original =
        send(&app, &alice, conversation, &body("text", &json!({"text": "frist", "mentions": [bob.id]})))
            .await
            .created();
    let edited = app.call(EDIT, editing(&alice, &original, "first", 1)).await.ok();
    assert_eq!(
        (&edited["text"], &edited["version"], &edited["seq"]),
        (&json!("first"), &json!(2), &json!(1))
    );
    assert_eq!((&edited["change_seq"], &edited["mentions"]), (&json!(3), &original["mentions"]));
    assert!(edited["edited_at"].is_string());
    for unchanged in ["id", "client_id", "created_at", "sender_id", "type"] {
        assert_eq!(edited[unchanged], original[unchanged], "{unchanged}");
    }
    assert_eq!(get(&app, &bob, &edited).await.ok(), edited);
    assert_eq!(events(&app, conversation).await, ["message.created", "message.updated"]);
    assert_eq!(number(&app, "SELECT count(*) FROM messages WHERE messages::text LIKE '%first%'").await, 0);
    assert_eq!(number(&app, "SELECT count(*) FROM mentions").await, 1);
}

#[tokio::test]
async fn a_warm_edit_of_a_text_is_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "0").await;
    app.call(EDIT, editing(&alice, &message, "1", 1)).await.ok();
    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    for version in 2..12 {
        app.call(EDIT, editing(&alice, &message, &version.to_string(), version)).await.ok();
    }
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (10, 0));
    // An environment that has not sent there learns the key first.
    let cold = app.cold_environment();
    editing(&alice, &message, "cold", 12).through(&cold, EDIT).await.ok();
}

#[tokio::test]
async fn a_caption_can_be_edited_and_its_media_stay() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let image = upload(&app, &alice, "image", "ready").await;
    for caption in [json!("a caption"), Value::Null] {
        let fields = json!({"media_ids": [image], "text": caption});
        let sent = send(&app, &alice, conversation, &body("image", &fields)).await.created();
        let edited = app.call(EDIT, editing(&alice, &sent, "another", 1)).await.ok();
        assert_eq!((&edited["text"], &edited["media"]), (&json!("another"), &sent["media"]));
        assert_eq!(get(&app, &alice, &edited).await.ok(), edited);
    }
}

#[tokio::test]
async fn an_edit_is_sealed_under_the_key_of_the_day() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "under epoch 1").await;
    rekey(&app, conversation, 2).await;
    let edited = app.call(EDIT, editing(&alice, &message, "under epoch 2", 1)).await.ok();
    assert_eq!(edited["text"], "under epoch 2");
    assert_eq!(number(&app, "SELECT epoch::bigint FROM messages").await, 2);
    assert_eq!(number(&app, "SELECT epoch::bigint FROM message_revisions").await, 1);
    assert_eq!(get(&app, &alice, &message).await.ok(), edited);
}

#[tokio::test]
async fn only_the_author_edits_and_only_in_time() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let eve = app.somebody("eve").await;
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &bob, conversation, "mine").await;
    let before = traces(&app).await;
    // Not even the group's owner.
    app.call(EDIT, editing(&alice, &message, "yours", 1)).await.problem(403, "not_author");
    let foreign = app.call(EDIT, editing(&eve, &message, "yours", 1)).await;
    foreign.problem(404, "not_found");
    let random = json!({"conversation_id": conversation, "id": new_id()});
    assert_eq!(app.call(EDIT, editing(&eve, &random, "yours", 1)).await.masked(), foreign.masked());
    let elsewhere = json!({"conversation_id": app.group(&[&bob]).await, "id": message["id"]});
    app.call(EDIT, editing(&bob, &elsewhere, "mine", 1)).await.problem(404, "not_found");
    behind(
        &app,
        format!("DELETE FROM conversations WHERE id = '{}'", elsewhere["conversation_id"].as_str().unwrap()),
    )
    .await;

    behind(&app, "UPDATE conversations SET edit_window_s = 60").await;
    behind(&app, "UPDATE messages SET created_at = created_at - interval '61 seconds'").await;
    let late = traces(&app).await;
    app.call(EDIT, editing(&bob, &message, "late", 1)).await.problem(403, "edit_window_passed");
    assert_eq!(traces(&app).await, late);
    behind(&app, "UPDATE messages SET created_at = created_at + interval '61 seconds'").await;
    behind(&app, "UPDATE conversations SET edit_window_s = NULL").await;
    assert_eq!(traces(&app).await, before);
    app.call(EDIT, editing(&bob, &message, "at last", 1)).await.ok();
}

#[tokio::test]
async fn what_is_deleted_or_says_nothing_is_not_edited() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let place = json!({"location": {"latitude": 1, "longitude": 2}});
    let location = send(&app, &alice, conversation, &body("location", &place)).await.created();
    let deleted = sent(&app, &alice, conversation, "deleted").await;
    delete_for_all(&app, &alice, &deleted).await;
    let expired = sent(&app, &alice, conversation, "expired").await;
    let system = sent(&app, &alice, conversation, "written by the service").await;
    behind(&app, "UPDATE messages SET expires_at = now() WHERE seq = 3").await;
    behind(&app, "UPDATE messages SET type = 'system' WHERE seq = 4").await;
    let hidden = sent(&app, &alice, conversation, "hidden").await;
    app.call(DELETE, deleting(&alice, &hidden, "me")).await;
    let before = traces(&app).await;
    for (message, status, code) in [
        (&location, 409, "message_immutable"),
        (&system, 409, "message_immutable"),
        (&deleted, 409, "message_deleted"),
        (&expired, 409, "message_deleted"),
        (&hidden, 404, "not_found"),
    ] {
        app.call(EDIT, editing(&alice, message, "new", 1)).await.problem(status, code);
    }
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn another_version_is_stale() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "1").await;
    app.call(EDIT, editing(&alice, &message, "2", 1)).await.ok();
    let before = traces(&app).await;
    for version in [1, 3, 2_147_483_646] {
        app.call(EDIT, editing(&alice, &message, "3", version)).await.problem(409, "stale_version");
    }
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "1").await;
    let before = traces(&app).await;
    for (fields, expected) in [
        (json!({}), vec![("text", "required"), ("version", "required")]),
        (json!({"text": " ", "version": 0}), vec![("text", "too_short"), ("version", "invalid_value")]),
        (json!({"text": "\0", "version": 1.5}), vec![("text", "invalid_value"), ("version", "wrong_type")]),
        (
            json!({"text": "x".repeat(10_001), "version": 2_147_483_647}),
            vec![("text", "too_long"), ("version", "invalid_value")],
        ),
        (json!({"text": null, "version": 1}), vec![("text", "wrong_type")]),
        (json!({"text": "a", "version": 1, "mentions": []}), vec![("mentions", "unknown_field")]),
    ] {
        app.call(EDIT, about(Request::patch(MESSAGE, &fields), &alice, &message)).await.invalid(&expected);
    }
    let lone = about(Request::patch(MESSAGE, &json!({})), &alice, &message)
        .with_body("{\"text\": \"\\ud800\", \"version\": 1}");
    app.call(EDIT, lone).await.problem(400, "malformed_json");
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn while_one_blocks_the_other_nothing_is_said_by_editing_either() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = direct(&app, &alice, &bob).await;
    let message = sent(&app, &bob, conversation, "hello").await;
    block(&app, &alice, &bob).await;
    let before = traces(&app).await;
    app.call(EDIT, editing(&bob, &message, "HELLO", 1)).await.problem(403, "not_allowed");
    app.call(REACT, reacting(&bob, &message, "👍")).await.problem(403, "not_allowed");
    app.call(SET_PIN, pinning(&bob, &message)).await.problem(403, "not_allowed");
    assert_eq!(traces(&app).await, before);
    delete_for_all(&app, &bob, &message).await;
}

#[tokio::test]
async fn a_revoked_session_edits_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "1").await;
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    let before = traces(&app).await;
    app.call(EDIT, editing(&alice, &message, "2", 1)).await.problem(401, "unauthenticated");
    assert_eq!(traces(&app).await, before);
}
