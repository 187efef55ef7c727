//! The worker `destroy_expired`, and what is seen of a message whose time is over.

use std::sync::Arc;

use messages::destroy_expired;
use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp};
use uuid::Uuid;

use crate::talk::*;

/// A message that disappears, with everything that one can have.
async fn rich(app: &TestApp, alice: &Somebody, conversation: shared::id::ConversationId) -> Value {
    let picture = upload(app, alice, "image", "ready").await;
    let fields =
        json!({"text": "soon gone", "media_ids": [picture], "mentions": ["all"], "expires_in_s": 3600});
    let message = send(app, alice, conversation, &body("image", &fields)).await.created();
    app.call(EDIT, editing(alice, &message, "gone soon", 1)).await.ok();
    app.call(REACT, reacting(alice, &message, "👍")).await.ok();
    app.call(SET_PIN, pinning(alice, &message)).await.ok();
    message
}

/// Its time is over.
async fn is_over(app: &TestApp, message: &Value) {
    let id = message["id"].as_str().unwrap();
    behind(app, format!("UPDATE messages SET expires_at = now() - interval '1 second' WHERE id = '{id}'"))
        .await;
}

async fn destroys(app: &TestApp) -> Value {
    destroy_expired::handle(&app.app).await.unwrap()
}

/// Asserts that nothing of what it said is shown, wherever one looks.
async fn is_gone(app: &TestApp, alice: &Somebody, message: &Value, reply: &Value) {
    let shown = get(app, alice, message).await.ok();
    assert!(
        shown["deleted_at"].is_string() && shown["text"].is_null() && shown["error"].is_null(),
        "{shown}"
    );
    assert_eq!(
        (&shown["media"], &shown["reactions"], &shown["pinned"]),
        (&json!([]), &json!([]), &json!(false))
    );
    assert_eq!(shown["deleted_at"], shown["expires_at"]);
    let page = app.call(LIST, about(Request::get(MESSAGES), alice, message)).await.ok();
    assert!(!page.to_string().contains("gone soon"), "{page}");
    let quoted = get(app, alice, reply).await.ok()["reply_to"].take();
    assert_eq!((&quoted["deleted"], &quoted["text"]), (&json!(true), &json!(null)));
    let history = app.call(GET_HISTORY, about(Request::get(HISTORY), alice, message)).await.ok();
    assert_eq!(history["items"], json!([]));
    let found =
        app.call(SEARCH, about(Request::get(SEARCHING), alice, message).with_query("q=gone")).await.ok();
    assert_eq!(found["items"], json!([]));
    app.call(REACT, reacting(alice, message, "🎈")).await.problem(409, "message_deleted");
    app.call(EDIT, editing(alice, message, "back", 2)).await.problem(409, "message_deleted");
}

#[tokio::test]
async fn what_is_over_is_gone_before_the_worker_comes_and_stays_as_it_was_shown_after() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = rich(&app, &alice, conversation).await;
    let quoting = body("text", &json!({"text": "indeed", "reply_to": message["id"]}));
    let reply = send(&app, &alice, conversation, &quoting).await.created();
    assert_eq!(destroys(&app).await, json!({"limited": 0, "ended": 0, "keys": 0}), "an hour is left");

    is_over(&app, &message).await;
    is_gone(&app, &alice, &message, &reply).await;
    let before = get(&app, &alice, &message).await.ok();
    assert_eq!(destroys(&app).await, json!({"limited": 0, "ended": 1, "keys": 0}));
    is_gone(&app, &alice, &message, &reply).await;
    let mut after = get(&app, &alice, &message).await.ok();
    after["change_seq"] = before["change_seq"].clone();
    assert_eq!(after, before);
    assert_eq!(destroys(&app).await, json!({"limited": 0, "ended": 0, "keys": 0}));

    let told = events(&app, conversation).await;
    assert_eq!(told.last().unwrap(), "message.deleted");
    let page = app.call(
        LIST_CHANGES,
        Request::get(CHANGES).at("conversation_id", conversation).by(&alice).with_query("after=1"),
    );
    let changes = page.await.ok()["changes"].take();
    assert!(!changes.to_string().contains("gone soon"));
    let left = "SELECT (SELECT count(*) FROM message_revisions) + (SELECT count(*) FROM message_media)
                     + (SELECT count(*) FROM mentions) + (SELECT count(*) FROM reactions) + (SELECT count(*) FROM pins)
                     + (SELECT count(*) FROM search_tokens WHERE seq = 1) + (SELECT count(*) FROM messages WHERE seq = 1 AND sealed IS NOT NULL)
                     + (SELECT pin_count FROM conversations)";
    assert_eq!(number(&app, left).await, 0);
}

#[tokio::test]
async fn the_key_of_a_day_goes_with_the_day_and_not_before_its_last_message() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let stays = sent(&app, &alice, conversation, "stays").await;
    let sending_it = body("text", &json!({"text": "goes", "expires_in_s": 60}));
    let goes = send(&app, &alice, conversation, &sending_it).await.created();
    // As if that had been three days ago; but this one message is late.
    behind(
        &app,
        "UPDATE conversation_keys SET day = (now() AT TIME ZONE 'UTC')::date - 3 WHERE day IS NOT NULL",
    )
    .await;
    behind(&app, "UPDATE messages SET expires_at = now() - interval '61 hours' WHERE expires_at IS NOT NULL")
        .await;
    sqlx::query("UPDATE messages SET expires_at = (SELECT day FROM conversation_keys WHERE day IS NOT NULL) + interval '12 hours' WHERE expires_at IS NOT NULL")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let keys = "SELECT count(*) FROM conversation_keys";
    // Nobody has ended it yet: a lock keeps the worker from it.
    let mut holder = app.connect().await;
    sqlx::raw_sql("BEGIN; SELECT FROM messages FOR UPDATE").execute(&mut holder).await.unwrap();
    assert_eq!(destroys(&app).await, json!({"limited": 0, "ended": 0, "keys": 0}));
    assert_eq!(number(&app, keys).await, 2);
    sqlx::raw_sql("COMMIT").execute(&mut holder).await.unwrap();
    assert_eq!(destroys(&app).await, json!({"limited": 0, "ended": 1, "keys": 1}));
    assert_eq!(number(&app, keys).await, 1);
    assert_eq!(get(&app, &alice, &stays).await.ok()["text"], "stays");
    let shown = get(&app, &alice, &goes).await.ok();
    assert!(shown["text"].is_null() && shown["error"].is_null(), "{shown}");
    let told = "SELECT count(*) FROM audit_events WHERE event = 'crypt_epochs_destroyed' AND detail -> 'epochs' = '[2]'";
    assert_eq!(number(&app, told).await, 1);
    // Who sends it again finds its tombstone, and sends nothing.
    let again = send(&app, &alice, conversation, &sending_it).await.ok();
    assert_eq!((&again["id"], &again["text"]), (&goes["id"], &json!(null)));
    assert_eq!(number(&app, "SELECT count(*) FROM messages").await, 2);
}

#[tokio::test]
async fn more_than_a_batch_in_several_conversations_is_numbered_densely() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversations = [app.group(&[&alice]).await, app.group(&[&alice]).await, app.group(&[&alice]).await];
    for conversation in conversations {
        sent(&app, &alice, conversation, "stays").await;
    }
    behind(
        &app,
        "INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed,
                               request_fingerprint, created_at, expires_at)
         SELECT conversation_id, seq + n, gen_random_uuid(), change_seq + n, sender_id, gen_random_uuid(), type, epoch, sealed, '',
                created_at, now() - n * interval '1 second'
         FROM messages, generate_series(1, 400) AS n",
    )
    .await;
    behind(&app, "UPDATE conversations SET last_seq = last_seq + 400, change_seq = change_seq + 400").await;
    assert_eq!(destroys(&app).await["ended"], 1_200);
    for conversation in conversations {
        let rows: Vec<(i64, i64, Option<Uuid>)> = sqlx::query_as(
            "SELECT logged.change_seq, message.change_seq, logged.message_id FROM outbox AS logged JOIN messages AS message ON message.id = logged.message_id
             WHERE logged.conversation_id = $1 AND logged.type = 'message.deleted' ORDER BY logged.change_seq",
        )
        .bind(conversation.0)
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
        let expected: Vec<i64> = (403..803).collect();
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), expected);
        assert!(rows.iter().all(|row| row.0 == row.1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_people_and_another_worker_it_ends_each_once_and_leaves_nothing_of_it() {
    let app = Arc::new(TestApp::start().await);
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let mut messages = Vec::new();
    for number in 0..20 {
        let fields = json!({"text": format!("number {number}"), "expires_in_s": 3600});
        messages.push(send(&app, &alice, conversation, &body("text", &fields)).await.created());
    }
    let people: Vec<_> = messages
        .iter()
        .cloned()
        .map(|message| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let environment = app.cold_environment();
                for emoji in ["👍", "🎈", "🍰"] {
                    let answer = reacting(&alice, &message, emoji).through(&environment, REACT).await;
                    assert!([200, 409].contains(&answer.status), "{answer}");
                }
                let answer = editing(&alice, &message, "changed", 1).through(&environment, EDIT).await;
                assert!([200, 409].contains(&answer.status), "{answer}");
                sending(&alice, conversation, &text("beside")).through(&environment, SEND).await.created();
            })
        })
        .collect();
    behind(&app, "UPDATE messages SET expires_at = now() WHERE expires_at IS NOT NULL").await;
    let (one, other) = (app.cold_environment(), app.cold_environment());
    let (one, other) = tokio::join!(destroy_expired::handle(&one), destroy_expired::handle(&other));
    let mut ended = one.unwrap()["ended"].as_i64().unwrap() + other.unwrap()["ended"].as_i64().unwrap();
    for person in people {
        person.await.unwrap();
    }
    ended += destroys(&app).await["ended"].as_i64().unwrap();
    assert_eq!(ended, 20);
    let left = "SELECT (SELECT count(*) FROM messages WHERE expires_at IS NOT NULL AND (deleted_at IS NULL OR sealed IS NOT NULL))
                     + (SELECT count(*) FROM reactions) + (SELECT count(*) FROM message_revisions)
                     + (SELECT count(*) FROM search_tokens WHERE seq <= 20)";
    assert_eq!(number(&app, left).await, 0);
    let told = events(&app, conversation).await;
    assert_eq!(told.iter().filter(|kind| *kind == "message.deleted").count(), 20);
}
