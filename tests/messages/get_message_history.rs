use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn the_other_reads_what_it_said_before() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "one").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    for (text, version) in [("two", 1), ("three", 2)] {
        alice.patch(&path, &json!({"text": text, "version": version})).await.ok();
    }
    let history = bob.get(&format!("{path}/history")).await.ok();
    let told: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|one| (&one["version"], &one["text"])).collect();
    assert_eq!(told, [(&json!(2), &json!("two")), (&json!(1), &json!("one"))]);
    assert_eq!(history.get("next_cursor"), None);
}
