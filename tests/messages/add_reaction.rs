use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn everybody_sees_who_reacted_how_often() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Tea?").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    // As clients write it: every byte percent-encoded.
    let thumb = format!("{path}/reactions/%F0%9F%91%8D");
    bob.put(&thumb, &json!({})).await.ok();
    let seen = alice.put(&thumb, &json!({})).await.ok();
    assert_eq!(seen["reactions"], json!([{"emoji": "👍", "count": 2, "mine": true}]));
    let family = "%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7%E2%80%8D%F0%9F%91%A6";
    let seen = bob.put(&format!("{path}/reactions/{family}"), &json!({})).await.ok();
    assert_eq!(seen["reactions"][1], json!({"emoji": "👩‍👩‍👧‍👦", "count": 1, "mine": true}));
    assert_eq!(alice.get(&path).await.ok()["reactions"][1]["mine"], json!(false));
}

#[tokio::test]
async fn a_reaction_is_exactly_one_emoji() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    let message = alice.sends(&notes, "hello").await;
    for bad in ["a", "%F0%9F%91%8D%F0%9F%91%8D", "1", "null", "%00", "a'--"] {
        let path = format!("{}/{}/reactions/{bad}", notes.messages(), message.id);
        alice.put(&path, &json!({})).await.invalid(&[("emoji", "invalid_value")]);
    }
}
