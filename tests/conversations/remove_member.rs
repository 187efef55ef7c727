use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn who_is_removed_or_leaves_is_out_and_can_come_back() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    let group = alice.creates_group("Book club", &[&bob, &carol]).await;
    bob.delete(&group.member(&carol)).await.problem(403, "role_required");
    assert_eq!(alice.delete(&group.member(&carol)).await.status, 204);
    carol.tries_to_send(group.id, testkit::new_id(), "hello?").await.problem(404, "not_found");
    carol.get(&group.messages()).await.problem(404, "not_found");

    assert_eq!(alice.delete(&group.member(&alice)).await.status, 204);
    assert_eq!(bob.get(&group.path()).await.ok()["role"], "owner");
    bob.post(&group.members(), &json!({"user_ids": [carol.id, alice.id]})).await.created();
    carol.sends(&group, "back again").await;
    assert_eq!(alice.get(&group.path()).await.ok()["role"], "member");
}
