use serde_json::{Value, json};
use testkit::Gateway;

#[tokio::test]
async fn members_see_how_far_the_others_are_unless_they_do_not_say() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&chat, "hello").await;
    bob.put(&chat.receipts(), &json!({"read_seq": 1})).await.ok();
    let bobs = |page: Value| {
        page["items"].as_array().unwrap().iter().find(|item| item["user_id"] == json!(bob.id)).unwrap()["read_seq"].clone()
    };
    assert_eq!(bobs(alice.get(&chat.receipts()).await.ok()), 1);
    bob.patch("/v1/users/me/settings", &json!({"send_read_receipts": false})).await.ok();
    assert_eq!(bobs(alice.get(&chat.receipts()).await.ok()), Value::Null);
    assert_eq!(bobs(bob.get(&chat.receipts()).await.ok()), 1);
}
