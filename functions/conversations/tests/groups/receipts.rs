use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, everything, group};

#[tokio::test]
async fn watermarks_only_move_on_and_reading_is_getting() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    for text in ["one", "two", "three"] {
        chat.sends(&alice, text).on(&app).await.created();
    }
    let seen = |delivered: i64, read: i64, unread: i64| json!({"user_id": bob.id, "delivered_seq": delivered, "read_seq": read, "unread_count": unread});
    for (body, expected) in [
        (json!({"delivered_seq": 2}), seen(2, 0, 3)),
        (json!({"read_seq": 1}), seen(2, 1, 2)),
        (json!({"read_seq": 0, "delivered_seq": 1}), seen(2, 1, 2)),
        (json!({"read_seq": 3}), seen(3, 3, 0)),
        (json!({"read_seq": 1, "delivered_seq": null}), seen(3, 3, 0)),
    ] {
        assert_eq!(chat.receipts(&bob, &body).on(&app).await.ok(), expected, "{body}");
        assert_eq!(chat.unread(&app, &bob).await, expected["unread_count"].as_i64().unwrap());
    }
    let told: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE type = 'receipt.updated' AND user_id = $1")
            .bind(bob.id.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!(told, 3, "of what moved, and of nothing else");
    assert_eq!(chat.in_list_of(&app, &bob).await["change_seq"], 4, "no visible change");

    let round_trips = app.proxy.round_trips();
    chat.reads(&bob, 3).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_moves_nothing() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&alice, "one").on(&app).await.created();
    let before = everything(&app).await;
    for (body, field, code) in [
        (json!({}), "", "required"),
        (json!({"read_seq": 2}), "read_seq", "too_large"),
        (json!({"read_seq": 1, "delivered_seq": 2}), "delivered_seq", "too_large"),
        (json!({"read_seq": i64::MAX}), "read_seq", "too_large"),
        (json!({"read_seq": -1}), "read_seq", "invalid_value"),
        (json!({"read_seq": "1"}), "read_seq", "wrong_type"),
        (json!({"seq": 1}), "seq", "unknown_field"),
    ] {
        chat.receipts(&bob, &body).on(&app).await.invalid(&[(field, code)]);
    }
    let beyond = chat.reads(&bob, 2).on(&app).await;
    assert_eq!(beyond.json()["errors"][0]["max"], 1);
    chat.reads(&eve, 1).on(&app).await.problem(404, "not_found");
    Group(new_id().into()).reads(&bob, 1).on(&app).await.problem(404, "not_found");
    assert_eq!(everything(&app).await, before);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.reads(&bob, 1).on(&app).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn own_and_system_messages_are_unread_to_nobody() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&alice, "one").on(&app).await.created();
    chat.sends(&bob, "two").on(&app).await.created();
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    chat.sends(&bob, "four").on(&app).await.created();
    chat.sends(&carol, "five").on(&app).await.created();
    assert_eq!(
        [chat.unread(&app, &alice).await, chat.unread(&app, &bob).await, chat.unread(&app, &carol).await],
        [3, 2, 1]
    );
    assert_eq!(chat.reads(&bob, 1).on(&app).await.ok()["unread_count"], 1);
    assert_eq!(chat.unread(&app, &bob).await, 1);
    assert_eq!(chat.reads(&bob, 5).on(&app).await.ok()["unread_count"], 0);
    // A deleted message is unread to nobody.
    sqlx::query("UPDATE messages SET deleted_at = now(), sealed = NULL WHERE seq IN (4, 5)")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!([chat.unread(&app, &alice).await, chat.unread(&app, &carol).await], [1, 0]);
}

#[tokio::test]
async fn everybody_sees_how_far_the_others_are_unless_they_do_not_say() {
    let app = TestApp::start().await;
    let (alice, bob, carol, eve) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("eve").await,
    );
    let chat = group(&app, &[&alice, &bob, &carol], 0).await;
    chat.sends(&alice, "one").on(&app).await.created();
    chat.reads(&bob, 1).on(&app).await.ok();
    chat.reads(&carol, 1).on(&app).await.ok();
    sqlx::query("UPDATE users SET send_read_receipts = false WHERE id = $1")
        .bind(carol.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let of = |page: &Value, id: shared::id::UserId| {
        let items = page["items"].as_array().unwrap().iter();
        items
            .clone()
            .find(|item| item["user_id"] == json!(id))
            .map(|item| (item["delivered_seq"].clone(), item["read_seq"].clone()))
    };
    let seen = chat.lists_receipts(&alice).on(&app).await.ok();
    assert_eq!(of(&seen, alice.id), Some((json!(1), json!(1))));
    assert_eq!(of(&seen, bob.id), Some((json!(1), json!(1))));
    assert_eq!(of(&seen, carol.id), Some((json!(1), Value::Null)));
    let own = chat.lists_receipts(&carol).on(&app).await.ok();
    assert_eq!(of(&own, carol.id), Some((json!(1), json!(1))));

    let first = chat.lists_receipts(&alice).with_query("limit=2").on(&app).await.ok();
    let query = format!("limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = chat.lists_receipts(&alice).with_query(&query).on(&app).await.ok();
    assert_eq!(
        (first["items"].as_array().map(Vec::len), second["items"].as_array().map(Vec::len)),
        (Some(2), Some(1))
    );

    let round_trips = app.proxy.round_trips();
    chat.lists_receipts(&alice).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    chat.lists_receipts(&eve).on(&app).await.problem(404, "not_found");
    chat.lists_receipts(&alice).with_query("limit=0").on(&app).await.invalid(&[("limit", "invalid_value")]);
}
