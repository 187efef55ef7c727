use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, group};

#[tokio::test]
async fn a_member_sees_the_conversation_with_its_settings_in_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = direct(&app, &alice, &bob).await;
    chat.sends(&alice, "hello").on(&app).await.created();
    let seen = chat.is_seen_by(&bob).on(&app).await.ok();
    assert_eq!((&seen["type"], &seen["unread_count"]), (&json!("direct"), &json!(1)));
    assert_eq!(seen["last_message"]["text"], "hello");
    assert_eq!(
        [&seen["description"], &seen["edit_window_s"], &seen["retention_s"]],
        [&Value::Null, &Value::Null, &Value::Null]
    );
    assert_eq!((&seen["who_can_post"], &seen["history_for_new_members"]), (&json!("all"), &json!(true)));

    let round_trips = app.proxy.round_trips();
    chat.is_seen_by(&bob).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let nowhere = Group(new_id().into()).is_seen_by(&eve).on(&app).await;
    nowhere.problem(404, "not_found");
    let by_eve = chat.is_seen_by(&eve).on(&app).await;
    assert_eq!((by_eve.status, by_eve.masked()), (404, nowhere.masked()));

    chat.is_left(&bob).on(&app).await;
    chat.is_seen_by(&bob).on(&app).await.problem(404, "not_found");
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.is_seen_by(&alice).on(&app).await.problem(401, "unauthenticated");
}
