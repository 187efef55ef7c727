use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn whoever_was_away_is_told_everything_in_order() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "one").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    alice.patch(&path, &json!({"text": "two", "version": 1})).await.ok();
    bob.put(&format!("{path}/pin"), &json!({})).await.ok();
    let changes = format!("/v1/conversations/{}/changes", conversation.id);
    let page = bob.get(&format!("{changes}?after=0")).await.ok();
    let types: Vec<_> =
        page["changes"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["conversation.created", "message.created", "message.updated", "message.updated"]);
    assert_eq!(page["changes"][1]["data"], bob.get(&path).await.ok());
    assert_eq!((&page["limited"], &page["reset"]), (&json!(false), &json!(false)));

    alice.sends(&conversation, "three").await;
    let rest = bob.get(&format!("{changes}?after={}", page["next"])).await.ok();
    assert_eq!(rest["changes"].as_array().unwrap().len(), 1);
    assert_eq!(rest["changes"][0]["data"]["text"], "three");
}
