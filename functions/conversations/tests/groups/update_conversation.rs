use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, everything, group};

#[tokio::test]
async fn an_admin_changes_everything_and_all_see_it() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    let body = json!({
        "title": " Canary birds ", "description": "Of all\ncolours", "edit_window_s": 900, "who_can_post": "admins",
        "retention_s": 86_400, "history_for_new_members": false, "avatar_media_id": null,
    });
    let changed = chat.is_updated(&bob, &body).on(&app).await.ok();
    assert_eq!(
        (&changed["title"], &changed["description"]),
        (&json!("Canary birds"), &json!("Of all\ncolours"))
    );
    assert_eq!((&changed["edit_window_s"], &changed["retention_s"]), (&json!(900), &json!(86_400)));
    assert_eq!(
        (&changed["who_can_post"], &changed["history_for_new_members"]),
        (&json!("admins"), &json!(false))
    );
    assert_eq!(
        (&changed["last_seq"], &changed["change_seq"], &changed["unread_count"]),
        (&json!(1), &json!(2), &json!(0))
    );
    assert_eq!(chat.is_seen_by(&bob).on(&app).await.ok(), changed);

    let seen = chat.is_seen_by(&carol).on(&app).await.ok();
    assert_eq!((&seen["title"], &seen["unread_count"]), (&json!("Canary birds"), &json!(0)));
    let message = &seen["last_message"];
    assert_eq!((&message["type"], &message["text"]), (&json!("system"), &Value::Null));
    assert_eq!(message["sender_id"], json!(bob.id));
    assert_eq!(
        (&message["system"]["action"], &message["system"]["title"]),
        (&json!("conversation_updated"), &json!("Canary birds"))
    );
    assert_eq!(message["system"]["fields"].as_array().map(Vec::len), Some(7));

    // What is left out stays, and null clears what may be empty.
    let body = json!({"description": null, "edit_window_s": null, "retention_s": null, "title": null});
    let cleared = chat.is_updated(&alice, &body).on(&app).await.ok();
    assert_eq!(cleared["title"], "Canary birds");
    assert_eq!(
        [&cleared["description"], &cleared["edit_window_s"], &cleared["retention_s"]],
        [&Value::Null, &Value::Null, &Value::Null]
    );
    assert_eq!(cleared["who_can_post"], "admins");

    let rows = everything(&app).await.join("\n");
    assert!(!rows.contains("Canary") && !rows.contains("colours"), "sealed");
    let events: Vec<String> = sqlx::query_scalar("SELECT DISTINCT type FROM outbox ORDER BY 1")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(events, ["conversation.updated", "message.created"]);
}

#[tokio::test]
async fn it_is_one_round_trip_when_the_key_is_known() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    let body = json!({"title": "one", "description": "two"});
    chat.is_updated(&alice, &body).on(&app).await.ok();
    let round_trips = app.proxy.round_trips();
    chat.is_updated(&alice, &body).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn members_and_others_change_nothing() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let pair = direct(&app, &alice, &bob).await;
    let before = everything(&app).await;
    let body = json!({"title": "mine"});
    chat.is_updated(&bob, &body).on(&app).await.problem(403, "role_required");
    pair.is_updated(&bob, &body).on(&app).await.problem(403, "direct_conversation");
    let by_eve = chat.is_updated(&eve, &body).on(&app).await;
    let nowhere = Group(new_id().into()).is_updated(&eve, &body).on(&app).await;
    assert_eq!((by_eve.status, by_eve.masked()), (404, nowhere.masked()));
    assert_eq!(everything(&app).await, before);
    let refused: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE event = 'authz_fail' AND actor_id = $1")
            .bind(bob.id.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!(refused, 1);
}

#[tokio::test]
async fn every_bad_field_is_named_and_nothing_changes() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    let before = everything(&app).await;
    for (body, expected) in [
        (json!({}), vec![("", "required")]),
        (json!({"title": " "}), vec![("title", "too_short")]),
        (json!({"title": "x".repeat(129)}), vec![("title", "too_long")]),
        (json!({"description": "x".repeat(501)}), vec![("description", "too_long")]),
        (json!({"description": "a\u{7}"}), vec![("description", "invalid_value")]),
        (json!({"avatar_media_id": new_id()}), vec![("avatar_media_id", "unknown_media")]),
        (json!({"edit_window_s": -1}), vec![("edit_window_s", "invalid_value")]),
        (json!({"edit_window_s": 1.5}), vec![("edit_window_s", "wrong_type")]),
        (json!({"edit_window_s": 315_360_001}), vec![("edit_window_s", "too_large")]),
        (json!({"retention_s": 59}), vec![("retention_s", "invalid_value")]),
        (json!({"who_can_post": "owners"}), vec![("who_can_post", "invalid_value")]),
        (json!({"history_for_new_members": "no"}), vec![("history_for_new_members", "wrong_type")]),
        (
            json!({"title": 1, "type": "direct", "role": "owner"}),
            vec![("title", "wrong_type"), ("type", "unknown_field"), ("role", "unknown_field")],
        ),
    ] {
        chat.is_updated(&alice, &body).on(&app).await.invalid(&expected);
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn where_only_admins_post_members_do_not() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    chat.sends(&carol, "before").on(&app).await.created();
    chat.is_updated(&alice, &json!({"who_can_post": "admins"})).on(&app).await.ok();
    let before = everything(&app).await;
    chat.sends(&carol, "after").on(&app).await.problem(403, "role_required");
    assert_eq!(everything(&app).await, before);
    chat.sends(&bob, "by an admin").on(&app).await.created();
    chat.sends(&alice, "by the owner").on(&app).await.created();
    chat.is_updated(&bob, &json!({"who_can_post": "all"})).on(&app).await.ok();
    chat.sends(&carol, "again").on(&app).await.created();
}
