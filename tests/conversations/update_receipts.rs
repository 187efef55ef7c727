use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn what_is_read_is_not_unread_and_never_again() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    for text in ["one", "two", "three"] {
        alice.sends(&chat, text).await;
    }
    let receipt = bob.put(&chat.receipts(), &json!({"read_seq": 2})).await.ok();
    assert_eq!(receipt, json!({"user_id": bob.id, "delivered_seq": 2, "read_seq": 2, "unread_count": 1}));
    assert_eq!(bob.put(&chat.receipts(), &json!({"read_seq": 1})).await.ok(), receipt);
    assert_eq!(bob.conversations().await[0].unread_count, 1);
    bob.put(&chat.receipts(), &json!({"read_seq": 4})).await.invalid(&[("read_seq", "too_large")]);
}
