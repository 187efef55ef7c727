use serde_json::{Value, json};
use testkit::Gateway;

#[tokio::test]
async fn deleted_for_all_it_leaves_its_place() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "a secret").await;
    alice.sends(&conversation, "not one").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    bob.delete(&format!("{path}?scope=all")).await.problem(403, "role_required");
    assert_eq!(alice.delete(&format!("{path}?scope=all")).await.status, 204);
    assert_eq!(alice.delete(&format!("{path}?scope=all")).await.status, 204);
    let gone = bob.get(&path).await.ok();
    assert_eq!((&gone["text"], &gone["seq"]), (&Value::Null, &json!(1)));
    assert!(gone["deleted_at"].is_string());
    assert_eq!(bob.sees(&conversation).await, [None, Some("not one".to_owned())]);
    alice.patch(&path, &json!({"text": "back", "version": 1})).await.problem(409, "message_deleted");
}

#[tokio::test]
async fn deleted_for_me_the_other_still_has_it() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&conversation, "first").await;
    let last = alice.sends(&conversation, "last").await;
    let path = format!("{}/{}", conversation.messages(), last.id);
    assert_eq!(bob.delete(&format!("{path}?scope=me")).await.status, 204);
    bob.get(&path).await.problem(404, "not_found");
    assert_eq!(bob.sees(&conversation).await, [Some("first".to_owned())]);
    assert_eq!(bob.conversations().await[0].last_message.as_ref().unwrap().text.as_deref(), Some("first"));
    assert_eq!(alice.sees(&conversation).await.len(), 2);
}
