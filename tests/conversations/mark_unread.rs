use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_unread_again_to_oneself() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    for text in ["one", "two"] {
        alice.sends(&chat, text).await;
    }
    bob.put(&chat.receipts(), &json!({"read_seq": 2})).await.ok();
    let marked = bob.put(&chat.unread(), &json!({"seq": 2})).await.ok();
    assert_eq!(marked, json!({"user_id": bob.id, "delivered_seq": 2, "read_seq": 2, "unread_count": 1}));
    assert_eq!(bob.conversations().await[0].unread_count, 1);
}
