use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, everything, group};

#[tokio::test]
async fn a_mark_is_seen_by_oneself_only_and_reading_takes_it_along() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    for (sender, text) in [(&alice, "one"), (&bob, "two"), (&alice, "three"), (&alice, "four")] {
        chat.sends(sender, text).on(&app).await.created();
    }
    chat.reads(&bob, 4).on(&app).await.ok();
    let mark = |seq: i64| json!({"seq": seq});
    let marked = chat.marks_unread(&bob, &mark(3)).on(&app).await.ok();
    assert_eq!((&marked["read_seq"], &marked["unread_count"]), (&json!(4), &json!(2)));
    assert_eq!(chat.unread(&app, &bob).await, 2);
    let seen = chat.lists_receipts(&alice).on(&app).await.ok();
    let bobs = |page: &Value| {
        page["items"].as_array().unwrap().iter().find(|item| item["user_id"] == json!(bob.id)).unwrap()["read_seq"].clone()
    };
    assert_eq!(bobs(&seen), 4, "the others see no difference");

    assert_eq!(
        chat.marks_unread(&bob, &mark(1)).on(&app).await.ok()["unread_count"],
        3,
        "but for the own one"
    );
    assert_eq!(
        chat.marks_unread(&bob, &mark(4)).on(&app).await.ok()["unread_count"],
        3,
        "nothing is read by a mark"
    );
    chat.sends(&bob, "five").on(&app).await.created();
    assert_eq!(chat.unread(&app, &bob).await, 3, "one's own message is not unread to oneself");
    chat.sends(&alice, "six").on(&app).await.created();
    assert_eq!(chat.unread(&app, &bob).await, 4);

    assert_eq!(
        chat.reads(&bob, 3).on(&app).await.ok(),
        json!({"user_id": bob.id, "delivered_seq": 4, "read_seq": 4, "unread_count": 2})
    );
    assert_eq!(chat.reads(&bob, 2).on(&app).await.ok()["unread_count"], 2, "reading never goes back");
    assert_eq!(
        chat.reads(&bob, 4).on(&app).await.ok()["unread_count"],
        1,
        "four was read before, by the watermark"
    );
    assert_eq!(chat.reads(&bob, 6).on(&app).await.ok()["unread_count"], 0);

    let round_trips = app.proxy.round_trips();
    chat.marks_unread(&bob, &mark(6)).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_marks_nothing() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice], 0).await;
    chat.sends(&alice, "one").on(&app).await.created();
    let before = everything(&app).await;
    for (body, code, field) in [
        (json!({}), "required", "seq"),
        (json!({"seq": 0}), "invalid_value", "seq"),
        (json!({"seq": -1}), "invalid_value", "seq"),
        (json!({"seq": 2}), "too_large", "seq"),
        (json!({"seq": null}), "wrong_type", "seq"),
        (json!({"seq": 1, "to": 2}), "unknown_field", "to"),
    ] {
        chat.marks_unread(&alice, &body).on(&app).await.invalid(&[(field, code)]);
    }
    chat.marks_unread(&eve, &json!({"seq": 1})).on(&app).await.problem(404, "not_found");
    Group(new_id().into()).marks_unread(&alice, &json!({"seq": 1})).on(&app).await.problem(404, "not_found");
    assert_eq!(everything(&app).await, before);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.marks_unread(&alice, &json!({"seq": 1})).on(&app).await.problem(401, "unauthenticated");
}
