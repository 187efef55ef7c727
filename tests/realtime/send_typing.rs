use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn the_other_hears_that_one_types() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let (mut hers, mut his) = (alice.connects().await, bob.connects().await);
    let path = format!("/v1/conversations/{}/typing", chat.id);
    assert_eq!(alice.post(&path, &json!({"active": true})).await.status, 204);
    let told = his.hears("typing").await;
    assert_eq!((&told["data"]["user_id"], &told["data"]["active"]), (&json!(alice.id), &json!(true)));

    let answer = hers.asks(&json!({"action": "typing", "conversation_id": chat.id, "active": false})).await;
    assert_eq!(answer["status"], 204);
    assert_eq!(his.hears("typing").await["data"]["active"], false);

    assert_eq!(bob.put(&format!("/v1/users/me/blocks/{}", alice.id), &json!({})).await.status, 204);
    alice.post(&path, &json!({"active": true})).await.problem(403, "not_allowed");
}
