//! From a message to a receiver outside, through the queue and the worker.

use serde_json::json;
use testkit::{Contract, Gateway};

use super::create_webhook::{Hook, is_signed};

#[tokio::test]
async fn a_receiver_is_told_of_a_message_and_not_what_it_says() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, true).await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "a secret between the two of us").await;
    // Others talk on this stack too.
    let told =
        hook.receiver.receives(|request| request.json()["data"]["message_id"] == json!(message.id)).await;
    let body = told[0].json();
    Contract::load().check_schema("WebhookDelivery", &body).unwrap();
    assert_eq!(
        (&body["type"], &body["data"]["conversation_id"]),
        (&json!("message.created"), &json!(conversation.id))
    );
    assert!(is_signed(&told[0], hook.made["secret"].as_str().unwrap()), "{body}");
    assert!(!body.to_string().contains("secret"), "{body}");
    hook.ends().await;
}
