use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn a_report_is_made_once() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Buy now!").await;
    let path = format!("{}/{}/report", conversation.messages(), message.id);
    let report = bob.post(&path, &json!({"reason": "spam", "comment": "Again."})).await.created();
    assert_eq!((&report["message_id"], &report["status"]), (&json!(message.id), &json!("open")));
    assert_eq!(bob.post(&path, &json!({"reason": "other"})).await.ok(), report);
}
