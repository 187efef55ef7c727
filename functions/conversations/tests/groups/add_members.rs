use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, everything, group, role};

#[tokio::test]
async fn an_admin_adds_members_and_a_system_message_says_so() {
    let app = TestApp::start().await;
    let (alice, bob, carol, dave) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("dave").await,
    );
    let chat = group(&app, &[&alice, &bob], 1).await;
    // Twice the same, and the caller: each once.
    let added = chat.adds(&bob, &[&dave, &carol, &dave, &bob]).on(&app).await.created();
    assert_eq!(added["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        chat.roles(&app).await,
        [role("alice", "owner"), role("bob", "admin"), role("carol", "member"), role("dave", "member")]
    );
    let seen = chat.is_seen_by(&carol).on(&app).await.ok();
    assert_eq!(
        (&seen["member_count"], &seen["last_seq"], &seen["change_seq"]),
        (&json!(4), &json!(1), &json!(2))
    );
    let system = &seen["last_message"]["system"];
    assert_eq!(
        (&seen["last_message"]["sender_id"], &system["action"]),
        (&json!(bob.id), &json!("members_added"))
    );
    let mut ids = [carol.id, dave.id];
    ids.sort_unstable();
    assert_eq!(system["user_ids"], json!(ids), "only who is new");
    let told: Vec<(String, Option<uuid::Uuid>)> =
        sqlx::query_as("SELECT type, user_id FROM outbox ORDER BY type, user_id")
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    let event = |id: shared::id::UserId| ("member.added".to_owned(), Some(id.0));
    assert_eq!(told, [event(ids[0]), event(ids[1]), ("message.created".to_owned(), None)]);
    chat.is_sound(&app).await;

    let before = everything(&app).await;
    let again = chat.adds(&bob, &[&carol, &alice]).on(&app).await.ok();
    let roles: Vec<&Value> = again["items"].as_array().unwrap().iter().map(|item| &item["role"]).collect();
    assert!(roles.contains(&&json!("owner")) && roles.contains(&&json!("member")));
    assert_eq!(everything(&app).await, before, "they are members already");
}

#[tokio::test]
async fn it_is_one_round_trip_when_the_key_is_known() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice], 0).await;
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    let round_trips = app.proxy.round_trips();
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn who_may_not_or_names_nobody_adds_nobody() {
    let app = TestApp::start().await;
    let (alice, bob, carol, eve) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("eve").await,
    );
    let chat = group(&app, &[&alice, &bob], 0).await;
    let pair = direct(&app, &alice, &bob).await;
    sqlx::query("INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2)")
        .bind(eve.id.0)
        .bind(alice.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let before = everything(&app).await;
    chat.adds(&bob, &[&carol]).on(&app).await.problem(403, "role_required");
    pair.adds(&alice, &[&carol]).on(&app).await.problem(403, "direct_conversation");
    chat.adds(&eve, &[&carol]).on(&app).await.problem(404, "not_found");
    chat.adds(&eve, &[&eve]).on(&app).await.problem(404, "not_found");
    Group(new_id().into()).adds(&alice, &[&carol]).on(&app).await.problem(404, "not_found");
    let many: Vec<_> = (0..101).map(|_| new_id()).collect();
    for (body, code, field) in [
        (json!({}), "required", "user_ids"),
        (json!({"user_ids": []}), "too_short", "user_ids"),
        (json!({"user_ids": many}), "too_long", "user_ids"),
        (json!({"user_ids": [carol.id, "x"]}), "invalid_format", "user_ids[1]"),
        (json!({"user_ids": [carol.id, new_id()]}), "unknown_user", "user_ids"),
        (json!({"user_ids": [carol.id, eve.id]}), "not_allowed", "user_ids"),
        (json!({"user_ids": [carol.id], "role": "owner"}), "unknown_field", "role"),
    ] {
        chat.adds_ids(&alice, &body).on(&app).await.invalid(&[(field, code)]);
    }
    assert_eq!(everything(&app).await, before);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.adds(&alice, &[&carol]).on(&app).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_group_has_a_thousand_members_and_not_one_more() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice], 0).await;
    sqlx::query(
        "WITH crowd AS (
             INSERT INTO users (id, username, display_name)
             SELECT gen_random_uuid(), 'crowd' || one, 'crowd' FROM generate_series(1, 998) AS one RETURNING id
         ), counted AS (
             UPDATE conversations SET member_count = member_count + 998 WHERE id = $1
         )
         INSERT INTO members (conversation_id, user_id, role) SELECT $1, crowd.id, 'member' FROM crowd",
    )
    .bind(chat.0.0)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let full = chat.adds(&alice, &[&bob, &carol]).on(&app).await;
    full.problem(409, "group_full");
    assert_eq!(full.json()["max"], 1000);
    chat.is_sound(&app).await;
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    chat.adds(&alice, &[&carol]).on(&app).await.problem(409, "group_full");
    chat.adds(&alice, &[&bob]).on(&app).await.ok();
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn who_has_left_can_be_added_again_and_begins_anew() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 1).await;
    chat.sends(&bob, "one").on(&app).await.created();
    chat.removes(&alice, &bob).on(&app).await;
    chat.sends(&alice, "two").on(&app).await.created();
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    assert_eq!(chat.roles(&app).await, [role("alice", "owner"), role("bob", "member")]);
    assert_eq!(chat.unread(&app, &bob).await, 0, "nothing is new to one who has just come");
    chat.sends(&alice, "three").on(&app).await.created();
    assert_eq!(chat.unread(&app, &bob).await, 1);
    let page = chat.lists_messages(&bob).on(&app).await.ok();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(5));
    chat.sends(&bob, "four").on(&app).await.created();
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn the_same_request_with_its_key_gets_the_same_answer_whatever_has_changed() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let first = chat.adds(&alice, &[&carol, &bob]).with_key("key").on(&app).await;
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (201, None));

    chat.gives(&alice, &carol, "admin").on(&app).await.ok();
    sqlx::query("UPDATE users SET display_name = 'Somebody else'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    chat.removes(&alice, &bob).on(&app).await;
    let before = everything(&app).await;
    let round_trips = app.proxy.round_trips();
    let again = chat.adds(&alice, &[&bob, &carol]).with_key("key").on(&app).await;
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(everything(&app).await, before, "who was removed since stays out");

    // Another request, another conversation, another user: none of them is the same.
    let another = chat.adds(&alice, &[&bob]).with_key("key").on(&app).await;
    another.problem(422, "idempotency_key_reused");
    assert_eq!(everything(&app).await, before);
    let elsewhere = group(&app, &[&alice], 0).await;
    let there = elsewhere.adds(&alice, &[&carol, &bob]).with_key("key").on(&app).await;
    there.problem(422, "idempotency_key_reused");
    assert_eq!(elsewhere.roles(&app).await, [role("alice", "owner")]);
    chat.adds(&carol, &[&bob]).with_key("key").on(&app).await.created();
    chat.is_sound(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_at_once_with_one_key_add_once_and_are_answered_alike() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice], 0).await;
    let asks: Vec<_> = (0..10)
        .map(|_| {
            let environment = app.cold_environment();
            tokio::spawn(
                async move { chat.adds(&alice, &[&bob]).with_key("key").through(&environment).await },
            )
        })
        .collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.unwrap());
    }
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    let new = answers.iter().filter(|answer| !answer.headers.contains_key("idempotency-replayed"));
    assert_eq!(new.count(), 1);
    chat.is_sound(&app).await;
}
