//! `POST /v1/conversations/{conversation_id}/messages`, in process: every type, replies, mentions and disappearing messages.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};
use uuid::Uuid;

use crate::talk::*;

async fn two(app: &TestApp) -> (Somebody, Somebody) {
    (app.somebody("alice").await, app.somebody("bob").await)
}

#[tokio::test]
async fn media_come_in_their_order_with_a_caption_or_without() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    for kind in ["image", "video", "audio", "file"] {
        let ids = [upload(&app, &alice, kind, "ready").await, upload(&app, &alice, kind, "ready").await];
        let ids = [ids[1], ids[0]];
        let sent =
            send(&app, &alice, conversation, &body(kind, &json!({"media_ids": ids, "text": "The view"})))
                .await
                .created();
        assert_eq!((&sent["type"], &sent["text"]), (&json!(kind), &json!("The view")));
        let seen: Vec<&Value> = sent["media"].as_array().unwrap().iter().map(|file| &file["id"]).collect();
        assert_eq!(seen, [&json!(ids[0]), &json!(ids[1])]);
        assert_eq!(sent["media"][0]["file_name"], "view.jpg");
        assert_eq!(sent["media"][0]["url"], Value::Null);
        assert_eq!(get(&app, &bob, &sent).await.ok(), sent, "bob reads what alice was answered");

        let bare =
            send(&app, &alice, conversation, &body(kind, &json!({"media_ids": [ids[0]]}))).await.created();
        assert_eq!((&bare["text"], bare["media"].as_array().unwrap().len()), (&Value::Null, 1));
    }
}

#[tokio::test]
async fn a_location_is_sealed_and_comes_back() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let place = json!({"latitude": 52.516, "longitude": -13.378, "accuracy_m": 5.0, "name": "Pariser Platz", "address": null});
    let sent =
        send(&app, &alice, conversation, &body("location", &json!({"location": place}))).await.created();
    assert_eq!(sent["location"], place);
    assert_eq!(get(&app, &bob, &sent).await.ok(), sent);
    assert_eq!(number(&app, "SELECT count(*) FROM messages WHERE messages::text LIKE '%Pariser%'").await, 0);
    assert_eq!(number(&app, "SELECT count(*) FROM media WHERE media::text LIKE '%view%'").await, 0);
}

#[tokio::test]
async fn a_type_and_a_content_that_disagree_are_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let image = upload(&app, &alice, "image", "ready").await;
    let place = json!({"latitude": 1, "longitude": 1});
    let before = traces(&app).await;
    for (kind, fields, expected) in [
        ("text", json!({}), vec![("text", "required")]),
        ("text", json!({"text": "a", "media_ids": [image]}), vec![("media_ids", "not_for_type")]),
        ("text", json!({"text": "a", "location": place}), vec![("location", "not_for_type")]),
        ("image", json!({}), vec![("media_ids", "required")]),
        ("image", json!({"text": "a"}), vec![("media_ids", "required")]),
        ("image", json!({"media_ids": []}), vec![("media_ids", "too_short")]),
        ("image", json!({"media_ids": null}), vec![("media_ids", "wrong_type")]),
        ("image", json!({"media_ids": [image], "text": " "}), vec![("text", "too_short")]),
        ("image", json!({"media_ids": [image], "location": place}), vec![("location", "not_for_type")]),
        ("image", json!({"media_ids": [image, image]}), vec![("media_ids[1]", "duplicate")]),
        ("image", json!({"media_ids": ["x"]}), vec![("media_ids[0]", "invalid_format")]),
        ("location", json!({}), vec![("location", "required")]),
        ("location", json!({"location": place, "text": "a"}), vec![("text", "not_for_type")]),
        ("location", json!({"location": place, "media_ids": [image]}), vec![("media_ids", "not_for_type")]),
        (
            "location",
            json!({"location": {"latitude": 91, "longitude": 0}}),
            vec![("location.latitude", "invalid_value")],
        ),
        (
            "location",
            json!({"location": {"latitude": 0, "longitude": 181}}),
            vec![("location.longitude", "invalid_value")],
        ),
        (
            "location",
            json!({"location": {"latitude": "0", "longitude": 0}}),
            vec![("location.latitude", "wrong_type")],
        ),
        ("location", json!({"location": {"longitude": 0}}), vec![("location.latitude", "required")]),
        (
            "location",
            json!({"location": {"latitude": 0, "longitude": 0, "z": 0}}),
            vec![("location", "unknown_field")],
        ),
        (
            "location",
            json!({"location": {"latitude": 0, "longitude": 0, "name": "a\u{0}"}}),
            vec![("location.name", "invalid_value")],
        ),
        ("system", json!({"text": "a"}), vec![("type", "invalid_value")]),
        ("text", json!({"text": "a", "reply_to": 1}), vec![("reply_to", "wrong_type")]),
        ("text", json!({"text": "a", "mentions": "all"}), vec![("mentions", "wrong_type")]),
        ("text", json!({"text": "a", "mentions": ["everybody"]}), vec![("mentions[0]", "invalid_format")]),
        ("text", json!({"text": "a", "mentions": [Uuid::nil()]}), vec![("mentions[0]", "not_a_member")]),
        ("text", json!({"text": "a", "mentions": vec!["all"; 101]}), vec![("mentions", "too_long")]),
        ("text", json!({"text": "a", "expires_in_s": 0}), vec![("expires_in_s", "invalid_value")]),
        ("text", json!({"text": "a", "expires_in_s": 1.5}), vec![("expires_in_s", "wrong_type")]),
        ("text", json!({"text": "a", "expires_in_s": 31_536_001}), vec![("expires_in_s", "too_large")]),
    ] {
        send(&app, &alice, conversation, &body(kind, &fields)).await.invalid(&expected);
    }
    let eleven: Vec<Uuid> = (0..11).map(|_| new_id()).collect();
    let many = send(&app, &alice, conversation, &body("image", &json!({"media_ids": eleven}))).await;
    many.invalid(&[("media_ids", "too_long")]);
    assert_eq!(many.json()["errors"][0]["max"], 10);
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn media_must_be_ones_own_of_the_kind_and_ready() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let mut ids = vec![
        new_id(),
        upload(&app, &bob, "image", "ready").await,
        upload(&app, &alice, "video", "ready").await,
    ];
    for status in ["pending", "uploaded", "processing"] {
        ids.push(upload(&app, &alice, "image", status).await);
    }
    let good = upload(&app, &alice, "image", "ready").await;
    ids.push(good);
    let before = traces(&app).await;
    let answer = send(&app, &alice, conversation, &body("image", &json!({"media_ids": ids}))).await;
    answer.invalid(&[
        ("media_ids[0]", "unknown_media"),
        ("media_ids[1]", "unknown_media"),
        ("media_ids[2]", "wrong_kind"),
        ("media_ids[3]", "not_ready"),
        ("media_ids[4]", "not_ready"),
        ("media_ids[5]", "not_ready"),
    ]);
    // A foreign file is told like one that does not exist.
    let errors = answer.json()["errors"].take();
    assert_eq!(errors[0]["message"], errors[1]["message"]);
    assert_eq!(traces(&app).await, before);
    send(&app, &alice, conversation, &body("image", &json!({"media_ids": [good]}))).await.created();
}

#[tokio::test]
async fn a_reply_shows_what_it_answers() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let question = sent(&app, &alice, conversation, "Tea or coffee?").await;
    let answer =
        send(&app, &bob, conversation, &body("text", &json!({"text": "Tea", "reply_to": question["id"]})))
            .await
            .created();
    let preview = json!({
        "id": question["id"], "seq": 1, "sender_id": alice.id, "type": "text", "text": "Tea or coffee?", "deleted": false,
    });
    assert_eq!(answer["reply_to"], preview);

    let round_trips = app.proxy.round_trips();
    let page = Request::get(MESSAGES).at("conversation_id", conversation).by(&alice);
    app.call(LIST, page.clone()).await.ok();
    let first = app.proxy.round_trips() - round_trips;
    assert_eq!(app.call(LIST, page).await.ok()["items"][0]["reply_to"], preview);
    assert_eq!(
        app.proxy.round_trips() - round_trips - first,
        1,
        "with previews it is one round trip all the same"
    );
    assert_eq!(get(&app, &alice, &answer).await.ok(), answer);

    // A preview follows its message: edited, deleted.
    app.call(EDIT, editing(&alice, &question, "Tea?", 1)).await.ok();
    assert_eq!(get(&app, &bob, &answer).await.ok()["reply_to"]["text"], "Tea?");
    delete_for_all(&app, &alice, &question).await;
    let gone = get(&app, &bob, &answer).await.ok()["reply_to"].take();
    assert_eq!((&gone["text"], &gone["deleted"], &gone["seq"]), (&Value::Null, &json!(true), &json!(1)));
}

#[tokio::test]
async fn a_preview_is_the_beginning_and_honours_what_its_reader_may_see() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let long = sent(&app, &alice, conversation, &"𝄞".repeat(10_000)).await;
    let answer =
        send(&app, &alice, conversation, &body("text", &json!({"text": "!", "reply_to": long["id"]})))
            .await
            .created();
    assert_eq!(answer["reply_to"]["text"], "𝄞".repeat(200));

    // Bob has deleted it for himself; then he is somebody who joined after it.
    app.call(DELETE, deleting(&bob, &long, "me")).await;
    let seen = get(&app, &bob, &answer).await.ok();
    assert_eq!((&seen["reply_to"]["text"], &seen["reply_to"]["deleted"]), (&Value::Null, &json!(true)));
    behind(&app, format!("UPDATE members SET joined_seq = 1 WHERE user_id = '{}'", bob.id)).await;
    assert_eq!(get(&app, &bob, &answer).await.ok()["reply_to"], Value::Null);
    assert_eq!(get(&app, &alice, &answer).await.ok()["reply_to"]["deleted"], json!(false));
}

#[tokio::test]
async fn a_preview_that_does_not_open_breaks_nothing() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let question = sent(&app, &alice, conversation, "?").await;
    let answer =
        send(&app, &bob, conversation, &body("text", &json!({"text": "!", "reply_to": question["id"]})))
            .await
            .created();
    behind(&app, "UPDATE messages SET sealed = '\\x01' WHERE seq = 1").await;
    let seen = get(&app, &alice, &answer).await.ok();
    assert_eq!((&seen["text"], &seen["reply_to"]["text"]), (&json!("!"), &Value::Null));
    assert_eq!(seen.get("error"), None);
    assert_eq!(number(&app, "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail'").await, 1);
}

#[tokio::test]
async fn only_what_is_there_in_the_same_conversation_can_be_answered() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let (here, there) = (app.group(&[&alice, &bob]).await, app.group(&[&alice]).await);
    let foreign = sent(&app, &alice, there, "elsewhere").await;
    let deleted = sent(&app, &alice, here, "deleted").await;
    delete_for_all(&app, &alice, &deleted).await;
    let old = sent(&app, &alice, here, "before bob").await;
    behind(&app, format!("UPDATE members SET joined_seq = 2 WHERE user_id = '{}'", bob.id)).await;
    let before = traces(&app).await;
    for target in [&foreign["id"], &deleted["id"], &old["id"], &json!(new_id())] {
        let answer = send(&app, &bob, here, &body("text", &json!({"text": "!", "reply_to": target}))).await;
        answer.invalid(&[("reply_to", "not_found")]);
    }
    assert_eq!(traces(&app).await, before);
    send(&app, &alice, here, &body("text", &json!({"text": "!", "reply_to": old["id"]}))).await.created();
}

#[tokio::test]
async fn members_and_all_can_be_mentioned_once_each() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let eve = app.somebody("eve").await;
    let conversation = app.group(&[&alice, &bob]).await;
    let mentions = json!({"text": "@all", "mentions": [bob.id, "all", bob.id, alice.id]});
    let sent = send(&app, &alice, conversation, &body("text", &mentions)).await.created();
    assert_eq!(sent["mentions"], json!(["all", alice.id.min(bob.id), alice.id.max(bob.id)]));
    assert_eq!(get(&app, &bob, &sent).await.ok(), sent);
    let rows = "SELECT count(*) FROM mentions WHERE seq = 1 AND user_id IN ";
    assert_eq!(number(&app, format!("{rows} ('{}', '{}', '{}')", Uuid::nil(), alice.id, bob.id)).await, 3);

    let before = traces(&app).await;
    let strangers = json!({"text": "@eve", "mentions": [bob.id, eve.id, new_id()]});
    send(&app, &alice, conversation, &body("text", &strangers))
        .await
        .invalid(&[("mentions[1]", "not_a_member"), ("mentions[2]", "not_a_member")]);
    behind(&app, format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", bob.id)).await;
    send(&app, &alice, conversation, &body("text", &json!({"text": "@bob", "mentions": [bob.id]})))
        .await
        .invalid(&[("mentions[0]", "not_a_member")]);
    behind(&app, format!("UPDATE members SET left_at = NULL WHERE user_id = '{}'", bob.id)).await;
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn a_message_disappears_when_its_time_is_over() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let sent =
        send(&app, &alice, conversation, &body("text", &json!({"text": "soon gone", "expires_in_s": 60})))
            .await
            .created();
    let answer = send(&app, &bob, conversation, &body("text", &json!({"text": "?", "reply_to": sent["id"]})))
        .await
        .created();
    assert_eq!((&sent["text"], &sent["deleted_at"]), (&json!("soon gone"), &Value::Null));
    assert!(sent["expires_at"].as_str().unwrap() > sent["created_at"].as_str().unwrap());

    app.clock.advance(Duration::from_secs(61));
    let gone = get(&app, &bob, &sent).await.ok();
    assert_eq!((&gone["text"], &gone["deleted_at"]), (&Value::Null, &sent["expires_at"]));
    let reply = get(&app, &bob, &answer).await.ok()["reply_to"].take();
    assert_eq!((&reply["text"], &reply["deleted"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn a_repeat_brings_back_every_part_and_another_part_is_another_request() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let first = sent(&app, &bob, conversation, "first").await;
    let image = upload(&app, &alice, "image", "ready").await;
    let whole = body(
        "image",
        &json!({
            "media_ids": [image], "text": "caption", "reply_to": first["id"], "mentions": ["all", bob.id], "expires_in_s": 600,
        }),
    );
    let sent = send(&app, &alice, conversation, &whole).await.created();
    let before = traces(&app).await;
    assert_eq!(send(&app, &alice, conversation, &whole).await.ok(), sent);
    let cold = sending(&alice, conversation, &whole).through(&app.cold_environment(), SEND).await;
    assert_eq!(cold.ok(), sent);
    // The same mentions in another order, or twice, are the same.
    let mut again = whole.clone();
    again["mentions"] = json!([bob.id, "all", "all"]);
    assert_eq!(send(&app, &alice, conversation, &again).await.ok(), sent);
    for (field, value) in [
        ("text", json!("other")),
        ("media_ids", json!([upload(&app, &alice, "image", "ready").await])),
        ("reply_to", Value::Null),
        ("mentions", json!(["all"])),
        ("expires_in_s", json!(601)),
    ] {
        let mut other = whole.clone();
        other[field] = value;
        send(&app, &alice, conversation, &other).await.problem(422, "idempotency_key_reused");
    }
    assert_eq!(traces(&app).await, before);
}

#[tokio::test]
async fn a_repeat_after_edit_rekeying_and_deletion_is_still_the_same_request() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let words = text("as sent");
    let sent = send(&app, &alice, conversation, &words).await.created();
    rekey(&app, conversation, 2).await;
    app.call(EDIT, editing(&alice, &sent, "as edited", 1)).await.ok();
    let repeat = send(&app, &alice, conversation, &words).await.ok();
    assert_eq!(
        (&repeat["id"], &repeat["text"], &repeat["version"]),
        (&sent["id"], &json!("as edited"), &json!(2))
    );
    let mut other = words.clone();
    other["text"] = json!("as edited");
    send(&app, &alice, conversation, &other).await.problem(422, "idempotency_key_reused");

    delete_for_all(&app, &alice, &sent).await;
    let tombstone = send(&app, &alice, conversation, &words).await.ok();
    assert_eq!((&tombstone["id"], &tombstone["text"]), (&sent["id"], &Value::Null));
    assert!(tombstone["deleted_at"].is_string());
}

#[tokio::test]
async fn every_type_is_one_round_trip_in_a_warm_environment() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let first = sent(&app, &bob, conversation, "first").await;
    let image = upload(&app, &alice, "image", "ready").await;
    let request =
        || body("image", &json!({"media_ids": [image], "reply_to": first["id"], "mentions": ["all"]}));
    send(&app, &alice, conversation, &request()).await.created();
    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    for _ in 0..10 {
        send(&app, &alice, conversation, &request()).await.created();
    }
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (10, 0));
}

#[tokio::test]
async fn where_only_admins_post_members_do_not() {
    let app = TestApp::start().await;
    let (alice, bob) = two(&app).await;
    let conversation = app.group(&[&alice, &bob]).await;
    let earlier = text("before");
    let sent = send(&app, &bob, conversation, &earlier).await.created();
    behind(&app, "UPDATE conversations SET who_can_post = 'admins'").await;
    let before = traces(&app).await;
    send(&app, &bob, conversation, &text("now")).await.problem(403, "role_required");
    app.call(EDIT, editing(&bob, &sent, "now", 1)).await.problem(403, "role_required");
    assert_eq!(send(&app, &bob, conversation, &earlier).await.ok(), sent, "a repeat sends nothing");
    assert_eq!(traces(&app).await, before);
    send(&app, &alice, conversation, &text("I may")).await.created();
}
