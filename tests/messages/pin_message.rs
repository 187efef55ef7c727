use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn a_pinned_message_is_pinned_for_both() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Remember the milk").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    assert_eq!(bob.get(&path).await.ok()["pinned"], json!(false));
    let pinned = bob.put(&format!("{path}/pin"), &json!({})).await.ok();
    assert_eq!(pinned["pinned"], json!(true));
    assert_eq!(alice.get(&path).await.ok(), pinned);
}
