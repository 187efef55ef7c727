//! From a message to what a browser shows, through the queue and the worker.

use serde_json::json;
use testkit::{Browser, Gateway, Receiver, new_id};

#[tokio::test]
async fn a_browser_is_told_of_a_message_while_its_user_is_away() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let service = Receiver::start().await;
    service.answers_with(201);
    let browser = Browser::subscribed_at(&format!("{}/push/{}", service.url(), new_id()));
    let body = json!({"platform": "web", "subscription": browser.subscription(), "locale": "de-AT"});
    bob.put(&format!("/v1/devices/{}", new_id()), &body).await.ok();
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "a secret between the two of us").await;

    let push = service.receives(|_| true).await.remove(0);
    let key = bob.get("/v1/devices").await.ok()["web_push_key"].take();
    browser.knows_its_sender(&push, key.as_str().unwrap());
    let notice = browser.opens(&push);
    assert_eq!(
        (&notice["message_id"], &notice["conversation_id"]),
        (&json!(message.id), &json!(conversation.id))
    );
    assert_eq!((&notice["unread_count"], &notice["locale"]), (&json!(1), &json!("de-AT")));
    assert!(!notice.to_string().contains("secret"), "{notice}");
}

#[tokio::test]
async fn health_says_what_devices_are_told_through() {
    let app = Gateway::start().await;
    let health = app.anonymous().get("/v1/health").await.ok();
    assert_eq!(health["push"], json!(["web"]));
}
