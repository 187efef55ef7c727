//! A group that keeps what is said for so long only, and the worker that purges what has ended.

use conversations::purge_ended;
use messages::destroy_expired;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::words::{Group, group};

async fn behind(app: &TestApp, sql: &'static str) {
    sqlx::query(sql).execute(&mut app.connect().await).await.unwrap();
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut app.connect().await).await.unwrap()
}

/// What a member sees of the group in the list of conversations.
async fn unread(app: &TestApp, chat: Group, somebody: &testkit::Somebody) -> (i64, i64, Value) {
    let mut listed = chat.in_list_of(app, somebody).await;
    let count = |name: &str| listed[name].as_i64().unwrap();
    (count("unread_count"), count("mention_count"), listed["last_message"].take())
}

#[tokio::test]
async fn what_was_said_before_gets_its_end_too_and_no_later_one() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    for words in ["one", "two", "three"] {
        chat.sends(&alice, words).on(&app).await.created();
    }
    behind(&app, "UPDATE messages SET created_at = created_at - interval '2 days' WHERE seq = 1").await;
    behind(&app, "UPDATE messages SET expires_at = created_at + interval '1 minute' WHERE seq = 2").await;
    chat.is_updated(&alice, &json!({"retention_s": 86_400})).on(&app).await.ok();
    let run = destroy_expired::handle(&app.app).await.unwrap();
    assert_eq!(run, json!({"limited": 2, "ended": 1, "keys": 0}));
    let ends =
        "SELECT count(*) FROM messages WHERE seq IN (1, 3) AND expires_at = created_at + interval '1 day'
                   OR seq = 2 AND expires_at = created_at + interval '1 minute'";
    assert_eq!(number(&app, ends).await, 3);
    chat.sends(&alice, "four").on(&app).await.created();
    assert_eq!(
        number(&app, "SELECT count(*) FROM messages WHERE type <> 'system' AND expires_at IS NULL").await,
        0
    );

    // Longer, and then for ever: what has an end keeps it.
    chat.is_updated(&alice, &json!({"retention_s": 864_000})).on(&app).await.ok();
    chat.is_updated(&alice, &json!({"retention_s": null})).on(&app).await.ok();
    destroy_expired::handle(&app.app).await.unwrap();
    assert_eq!(number(&app, ends).await, 3);
    chat.sends(&alice, "for ever").on(&app).await.created();
    let for_ever = "SELECT count(*) FROM messages WHERE type <> 'system' AND expires_at IS NULL";
    assert_eq!(number(&app, for_ever).await, 1);
    assert_eq!(number(&app, "SELECT count(*) FROM conversations WHERE retain_from IS NOT NULL").await, 0);
    // Shorter again: that one too.
    chat.is_updated(&alice, &json!({"retention_s": 60})).on(&app).await.ok();
    destroy_expired::handle(&app.app).await.unwrap();
    assert_eq!(number(&app, for_ever).await, 0);
}

#[tokio::test]
async fn more_messages_than_a_batch_are_gone_on_with() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    chat.sends(&alice, "one").on(&app).await.created();
    behind(
        &app,
        "INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
         SELECT conversation_id, seq + n, gen_random_uuid(), change_seq, sender_id, gen_random_uuid(), type, epoch, sealed, '', created_at
         FROM messages, generate_series(1, 1250) AS n WHERE type = 'text'",
    )
    .await;
    behind(&app, "UPDATE conversations SET last_seq = (SELECT max(seq) FROM messages)").await;
    chat.is_updated(&alice, &json!({"retention_s": 86_400})).on(&app).await.ok();
    assert_eq!(destroy_expired::handle(&app.app).await.unwrap()["limited"], 1_251);
    assert_eq!(destroy_expired::handle(&app.app).await.unwrap()["limited"], 0);
}

#[tokio::test]
async fn what_has_disappeared_is_not_unread_before_and_after_the_worker() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&alice, "read me").on(&app).await.created();
    let before = unread(&app, chat, &bob).await;
    chat.sends_with(&alice, &json!({"text": "and me, @bob", "mentions": [bob.id], "expires_in_s": 60}))
        .on(&app)
        .await
        .created();
    let with_it = unread(&app, chat, &bob).await;
    assert_eq!((with_it.0, with_it.1), (before.0 + 1, before.1 + 1));
    assert_eq!(with_it.2["text"], "and me, @bob");

    behind(&app, "UPDATE messages SET expires_at = now() WHERE expires_at IS NOT NULL").await;
    let over = unread(&app, chat, &bob).await;
    assert_eq!((over.0, over.1), (before.0, before.1));
    assert!(over.2["text"].is_null() && over.2["deleted_at"].is_string(), "{}", over.2);
    assert_eq!(destroy_expired::handle(&app.app).await.unwrap()["ended"], 1);
    let after = unread(&app, chat, &bob).await;
    assert_eq!((after.0, after.1), (before.0, before.1));
    assert_eq!((&after.2["text"], &after.2["deleted_at"]), (&over.2["text"], &over.2["deleted_at"]));
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn changes_go_from_the_oldest_on_and_readers_of_them_are_told() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (old, young) = (group(&app, &[&alice], 0).await, group(&app, &[&bob], 0).await);
    for _ in 0..5 {
        old.sends(&alice, "long ago").on(&app).await.created();
    }
    // That it says so itself does not make it old: what comes before it is not.
    behind(&app, "UPDATE outbox SET created_at = now() - interval '31 days'").await;
    young.sends(&bob, "lately").on(&app).await.created();
    young.sends(&bob, "later").on(&app).await.created();
    let all = number(&app, "SELECT count(*) FROM outbox").await;
    behind(
        &app,
        "UPDATE outbox SET created_at = now() - interval '31 days' WHERE xid = (SELECT max(xid) FROM outbox)",
    )
    .await;

    let old_ones =
        number(&app, "SELECT count(*) FROM outbox WHERE created_at < now() - interval '30 days'").await - 1;
    let run = purge_ended::handle(&app.app).await.unwrap();
    assert_eq!(run, json!({"changes": old_ones, "messages": 0, "groups": 0}));
    assert_eq!(number(&app, "SELECT count(*) FROM outbox").await, all - old_ones);
    let removed = "SELECT count(*) FROM change_log WHERE removed_xid < (SELECT min(xid) FROM outbox) AND removed_xid > '0'";
    assert_eq!(number(&app, removed).await, 1);
    assert_eq!(purge_ended::handle(&app.app).await.unwrap()["changes"], 0);
}

#[tokio::test]
async fn a_group_that_ended_long_ago_goes_and_no_other() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (long_ago, lately, lives) =
        (group(&app, &[&alice], 0).await, group(&app, &[&alice], 0).await, group(&app, &[&alice], 0).await);
    for chat in [long_ago, lately, lives] {
        chat.sends(&alice, "hello").on(&app).await.created();
    }
    for chat in [long_ago, lately] {
        assert_eq!(chat.is_deleted(&alice).on(&app).await.status, 204);
    }
    sqlx::query("UPDATE conversations SET deleted_at = now() - interval '31 days' WHERE id = $1")
        .bind(long_ago.0.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let messages =
        "SELECT count(*) FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations)";
    let run = purge_ended::handle(&app.app).await.unwrap();
    assert_eq!((&run["messages"], &run["groups"]), (&json!(1), &json!(1)));
    assert_eq!(number(&app, "SELECT count(*) FROM conversations").await, 2);
    assert_eq!(number(&app, messages).await, 0);
    assert_eq!(number(&app, "SELECT count(*) FROM members").await, 2);
    let page = lives.lists_messages(&alice).on(&app).await.ok();
    assert_eq!(page["items"][0]["text"], "hello");
}
