use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, everything, group, role};

#[tokio::test]
async fn who_is_removed_loses_everything_at_once() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    chat.sends(&carol, "hello").on(&app).await.created();
    let answer = chat.removes(&bob, &carol).on(&app).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    chat.sends(&carol, "still here?").on(&app).await.problem(404, "not_found");
    chat.lists_messages(&carol).on(&app).await.problem(404, "not_found");
    chat.is_seen_by(&carol).on(&app).await.problem(404, "not_found");
    chat.reads(&carol, 1).on(&app).await.problem(404, "not_found");
    assert!(chat.in_list_of(&app, &carol).await.is_null());
    let system = chat.last_message(&app, &alice).await["system"].take();
    assert_eq!(system, json!({"action": "member_removed", "user_ids": [carol.id]}));
    assert_eq!(chat.is_seen_by(&alice).on(&app).await.ok()["member_count"], 2);
    chat.removes(&bob, &carol).on(&app).await.problem(404, "not_found");
    let told: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE type = 'member.removed' AND user_id = $1")
            .bind(carol.id.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!(told, 1);
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn it_is_one_round_trip_when_the_key_is_known() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 0).await;
    chat.removes(&alice, &bob).on(&app).await;
    // What is said next begins the epoch without him.
    chat.sends(&alice, "where were we?").on(&app).await.created();
    let round_trips = app.proxy.round_trips();
    assert_eq!(chat.is_left(&carol).on(&app).await.status, 204);
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

/// The conversation's epoch, and those of its messages in their order.
async fn epochs(app: &TestApp, chat: Group) -> (i32, Vec<i32>) {
    sqlx::query_as(
        "SELECT conversation.epoch, array_agg(message.epoch ORDER BY message.seq)
         FROM conversations AS conversation JOIN messages AS message ON message.conversation_id = conversation.id
         WHERE conversation.id = $1 GROUP BY conversation.id",
    )
    .bind(chat.0.0)
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn whatever_comes_after_somebody_has_gone_is_sealed_under_another_key() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let dave = app.somebody("dave").await;
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    chat.sends(&alice, "all of us").on(&app).await.created();
    let (_, before) = epochs(&app, chat).await;
    assert!(before.iter().all(|epoch| *epoch == 1));

    // Each kind of thing that is sealed, as the first after a removal.
    chat.removes(&alice, &carol).on(&app).await;
    chat.sends(&bob, "without carol").on(&app).await.created();
    assert_eq!(epochs(&app, chat).await.0, 2);
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    chat.removes(&alice, &carol).on(&app).await;
    let title = chat.is_updated(&alice, &json!({"title": "Without carol"})).on(&app).await.ok();
    assert_eq!(title["title"], "Without carol");
    assert_eq!(epochs(&app, chat).await.0, 3);
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    assert_eq!(chat.is_left(&carol).on(&app).await.status, 204);
    chat.adds(&alice, &[&dave]).on(&app).await.created();
    assert_eq!(epochs(&app, chat).await.0, 4);
    assert_eq!(chat.is_left(&dave).on(&app).await.status, 204);
    chat.gives(&alice, &bob, "member").on(&app).await.ok();
    assert_eq!(epochs(&app, chat).await.0, 5);

    let (_, all) = epochs(&app, chat).await;
    assert_eq!(all.len(), before.len() + 10);
    assert!(all.is_sorted(), "{all:?}");
    let page = chat.lists_messages(&alice).on(&app).await.ok();
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["error"].is_null()), "{page}");
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn who_may_not_removes_nobody() {
    let app = TestApp::start().await;
    let (alice, bob, carol, eve) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("eve").await,
    );
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    let dave = app.somebody("dave").await;
    chat.adds(&alice, &[&dave]).on(&app).await.created();
    chat.gives(&alice, &dave, "admin").on(&app).await.ok();
    let pair = direct(&app, &alice, &bob).await;
    let before = everything(&app).await;
    chat.removes(&carol, &bob).on(&app).await.problem(403, "role_required");
    chat.removes(&carol, &alice).on(&app).await.problem(403, "role_required");
    chat.removes(&bob, &alice).on(&app).await.problem(403, "role_required");
    chat.removes(&bob, &dave).on(&app).await.problem(403, "role_required");
    chat.removes(&alice, &eve).on(&app).await.problem(404, "not_found");
    chat.removes(&eve, &bob).on(&app).await.problem(404, "not_found");
    chat.is_left(&eve).on(&app).await.problem(404, "not_found");
    pair.is_left(&alice).on(&app).await.problem(403, "direct_conversation");
    pair.removes(&alice, &bob).on(&app).await.problem(403, "direct_conversation");
    Group(new_id().into()).removes(&alice, &bob).on(&app).await.problem(404, "not_found");
    assert_eq!(everything(&app).await, before);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.removes(&alice, &bob).on(&app).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_owner_who_leaves_is_followed_by_the_oldest_admin_else_the_oldest_member() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice], 0).await;
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    chat.gives(&alice, &carol, "admin").on(&app).await.ok();
    assert_eq!(chat.is_left(&alice).on(&app).await.status, 204);
    assert_eq!(chat.roles(&app).await, [role("bob", "member"), role("carol", "owner")]);
    let system = chat.last_message(&app, &bob).await["system"].take();
    assert_eq!(system, json!({"action": "member_left", "user_ids": [alice.id], "owner_id": carol.id}));
    chat.is_sound(&app).await;

    assert_eq!(chat.is_left(&carol).on(&app).await.status, 204);
    assert_eq!(chat.roles(&app).await, [role("bob", "owner")]);
    chat.adds(&bob, &[&alice]).on(&app).await.created();
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn with_its_last_member_a_group_ends_and_its_keys_with_it() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    chat.sends(&alice, "to myself").on(&app).await.created();
    assert_eq!(chat.is_left(&alice).on(&app).await.status, 204);
    chat.is_seen_by(&alice).on(&app).await.problem(404, "not_found");
    let (keys, ended): (i64, bool) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM conversation_keys), deleted_at IS NOT NULL FROM conversations",
    )
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!((keys, ended), (0, true));
}

#[tokio::test]
async fn what_was_said_stays_with_its_readers() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&bob, "remember me").on(&app).await.created();
    chat.is_left(&bob).on(&app).await;
    let page = chat.lists_messages(&alice).on(&app).await.ok();
    let texts: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|item| &item["text"]).collect();
    assert_eq!(texts, [&Value::Null, &json!("remember me")]);
}
