use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn ones_own_is_taken_back_and_nobody_elses() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Tea?").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    let thumb = format!("{path}/reactions/%F0%9F%91%8D");
    bob.put(&thumb, &json!({})).await.ok();
    assert_eq!(alice.delete(&thumb).await.status, 204);
    assert_eq!(alice.get(&path).await.ok()["reactions"][0]["count"], 1);
    assert_eq!(bob.delete(&thumb).await.status, 204);
    assert_eq!(alice.get(&path).await.ok()["reactions"], json!([]));
}
