//! `GET /v1/conversations`, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use conversations::{create_conversation, list_conversations};
use serde_json::{Value, json};
use shared::id::{ConversationId, Epoch, MessageId, Revision};
use shared::message::MessagePlace;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

const CREATE: HttpHandler = |app, call| Box::pin(create_conversation::handle(app, call));
const LIST: HttpHandler = |app, call| Box::pin(list_conversations::handle(app, call));

fn listing(somebody: &Somebody, query: &str) -> Request {
    Request::get("/v1/conversations").by(somebody).with_query(query)
}

async fn group(app: &TestApp, owner: &Somebody, title: &str, others: &[&Somebody]) -> ConversationId {
    let others: Vec<_> = others.iter().map(|other| other.id).collect();
    let body = json!({"type": "group", "title": title, "member_ids": others});
    let made = app.call(CREATE, Request::post("/v1/conversations", &body).by(owner)).await.created();
    ConversationId(made["id"].as_str().unwrap().parse().unwrap())
}

/// A message in the database, as the sending function leaves it.
async fn sent(app: &TestApp, somebody: &Somebody, conversation: ConversationId, text: &str) {
    let (key, sealed_key) = app.app.new_epoch_key(conversation, Epoch(1)).await.unwrap();
    let id: MessageId = app.app.new_id().unwrap();
    let place = MessagePlace { id, sender: somebody.id, kind: "text", version: Revision(1) };
    let content = json!({"text": text}).to_string();
    let sealed = key.seal_message(&*app.app.random, place, content.as_bytes()).unwrap();
    sqlx::query(
        "WITH rekeyed AS (
             UPDATE conversation_keys SET sealed = $5 WHERE conversation_id = $1
         ), moved AS (
             UPDATE conversations SET last_seq = last_seq + 1, change_seq = change_seq + 1, updated_at = clock_timestamp()
             WHERE id = $1 RETURNING last_seq, change_seq
         )
         INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed,
                               request_fingerprint, created_at)
         SELECT $1, last_seq, $2, change_seq, $3, $2, 'text', 1, $4, '', now() FROM moved",
    )
    .bind(conversation.0)
    .bind(id.0)
    .bind(somebody.id.0)
    .bind(sealed)
    .bind(sealed_key.sealed)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn the_latest_activity_is_first() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    group(&app, &alice, "one", &[&bob]).await;
    group(&app, &alice, "two", &[]).await;
    group(&app, &bob, "not Alice's", &[]).await;
    let page = app.call(LIST, listing(&alice, "")).await.ok();
    assert_eq!(titles(&page), ["two", "one"]);
    assert_eq!(page.get("next_cursor"), None);
    assert_eq!(page["items"][1]["member_count"], 2);
}

#[tokio::test]
async fn the_last_message_and_what_is_unread_come_along() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    // Their own direct conversation has no title, so that re-keying it leaves nothing unreadable.
    let body = json!({"type": "direct", "member_ids": [bob.id]});
    let made = app.call(CREATE, Request::post("/v1/conversations", &body).by(&alice)).await.created();
    let id = ConversationId(made["id"].as_str().unwrap().parse().unwrap());
    sent(&app, &bob, id, "hello").await;
    let page = app.call(LIST, listing(&alice, "")).await.ok();
    assert_eq!(page["items"][0]["last_message"]["text"], "hello");
    assert_eq!((&page["items"][0]["unread_count"], &page["items"][0]["last_seq"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut groups = Vec::new();
    for number in 1..=7 {
        let title = format!("{number}");
        groups.push((group(&app, &alice, &title, &[]).await, title));
    }
    groups.sort_unstable_by(|one, other| other.cmp(one));
    // The same moment for all of them: the id decides, and nothing is lost or doubled.
    sqlx::query("UPDATE conversations SET updated_at = '2026-01-01T00:00:00.123456Z'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = app.call(LIST, listing(&alice, &query)).await.ok();
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=3&cursor={cursor}"),
            None => break,
        }
    }
    let expected: Vec<String> = groups.into_iter().map(|(_, title)| title).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn flags_filter_the_list_each_and_together() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut connection = app.connect().await;
    for (title, flags) in [
        ("plain", "role = role"),
        ("pinned", "pinned_at = now()"),
        ("muted", "muted_until = now() + interval '1 hour'"),
        ("not any more", "muted_until = now() - interval '1 second'"),
        ("both", "pinned_at = now(), muted_until = '9999-12-31T23:59:59Z'"),
    ] {
        let chat = group(&app, &alice, title, &[]).await;
        let set = format!("UPDATE members SET {flags} WHERE conversation_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(set)).bind(chat.0).execute(&mut connection).await.unwrap();
    }
    let listed = async |query: &str| -> Vec<String> {
        let page = app.call(LIST, listing(&alice, query)).await.ok();
        titles(&page).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(listed("muted=true").await, ["both", "muted"]);
    assert_eq!(listed("muted=false").await, ["not any more", "pinned", "plain"]);
    assert_eq!(listed("pinned=true").await, ["both", "pinned"]);
    assert_eq!(listed("pinned=false").await, ["not any more", "muted", "plain"]);
    assert_eq!(listed("pinned=true&muted=false&archived=false").await, ["pinned"]);
    assert!(listed("pinned=true&archived=true").await.is_empty());
}

#[tokio::test]
async fn archived_ones_are_told_apart_until_something_new_comes() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let old = group(&app, &alice, "old", &[]).await;
    group(&app, &alice, "new", &[]).await;
    let archive = "UPDATE members SET archived_seq = 0 WHERE conversation_id = $1";
    sqlx::query(archive).bind(old.0).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(titles(&app.call(LIST, listing(&alice, "archived=true")).await.ok()), ["old"]);
    assert_eq!(titles(&app.call(LIST, listing(&alice, "archived=false")).await.ok()), ["new"]);
    assert_eq!(titles(&app.call(LIST, listing(&alice, "")).await.ok()), ["new", "old"]);

    sent(&app, &alice, old, "awake").await;
    let unarchived = app.call(LIST, listing(&alice, "archived=false")).await.ok();
    assert_eq!(unarchived["items"].as_array().unwrap().len(), 2);
    let mute = "UPDATE members SET muted_until = now() + interval '1 hour' WHERE conversation_id = $1";
    sqlx::query(mute).bind(old.0).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(
        app.call(LIST, listing(&alice, "archived=true")).await.ok()["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_page_of_fifty_is_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    for number in 0..51 {
        group(&app, &alice, &format!("{number}"), &[]).await;
    }
    app.call(LIST, listing(&alice, "")).await.ok();
    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    let page = app.call(LIST, listing(&alice, "")).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 50);
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (1, 0));
}

#[tokio::test]
async fn a_title_that_was_moved_does_not_open_and_breaks_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (one, other) = (group(&app, &alice, "one", &[]).await, group(&app, &alice, "other", &[]).await);
    sqlx::query(
        "UPDATE conversations SET title_sealed = (SELECT title_sealed FROM conversations WHERE id = $2) WHERE id = $1",
    )
    .bind(one.0)
    .bind(other.0)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(titles(&app.call(LIST, listing(&alice, "")).await.ok()), ["other", "-"]);
}

#[tokio::test]
async fn who_has_none_has_an_empty_list_and_who_has_left_does_not_see_it() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    group(&app, &alice, "one", &[&bob]).await;
    let leave = "UPDATE members SET left_at = now() WHERE user_id = $1";
    sqlx::query(leave).bind(bob.id.0).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(app.call(LIST, listing(&bob, "")).await.ok(), json!({"items": []}));
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    for (query, field, code) in [
        ("limit=0", "limit", "invalid_value"),
        ("limit=101", "limit", "too_large"),
        ("limit=x", "limit", "wrong_type"),
        ("cursor=x", "cursor", "invalid_value"),
        ("archived=maybe", "archived", "wrong_type"),
        ("muted=maybe", "muted", "wrong_type"),
        ("pinned=1", "pinned", "wrong_type"),
    ] {
        app.call(LIST, listing(&alice, query)).await.invalid(&[(field, code)]);
    }
    app.call(LIST, Request::get("/v1/conversations")).await.problem(401, "unauthenticated");
    let mixed = Somebody { session: shared::id::SessionId(new_id()), ..alice };
    app.call(LIST, listing(&mixed, "")).await.problem(401, "unauthenticated");
}
