use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn a_message_that_nobody_has_taken_is_sent() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "hello").await;
    let path = format!("{}/{}/status", conversation.messages(), message.id);
    let expected = json!({
        "status": "sent", "delivered_count": 0, "read_count": 0, "member_count": 1,
        "members": [{"user_id": bob.id, "delivered_at_seq": 0, "read_at_seq": 0, "status": "sent"}],
    });
    assert_eq!(alice.get(&path).await.ok(), expected);
    assert_eq!(bob.get(&path).await.ok(), expected);
}
