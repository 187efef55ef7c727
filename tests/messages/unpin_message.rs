use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn who_did_not_pin_it_can_unpin_it() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Remember the milk").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    bob.put(&format!("{path}/pin"), &json!({})).await.ok();
    assert_eq!(alice.delete(&format!("{path}/pin")).await.status, 204);
    assert_eq!(alice.delete(&format!("{path}/pin")).await.status, 204);
    assert_eq!(bob.get(&path).await.ok()["pinned"], json!(false));
}
