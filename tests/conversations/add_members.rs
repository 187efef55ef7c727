use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn whom_an_owner_adds_reads_and_writes() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    alice.sends(&group, "before").await;
    let body = json!({"user_ids": [carol.id]});
    bob.post(&group.members(), &body).await.problem(403, "role_required");
    let added = alice.post(&group.members(), &body).await.created();
    assert_eq!(
        (&added["items"][0]["user_id"], &added["items"][0]["role"]),
        (&json!(carol.id), &json!("member"))
    );
    assert_eq!(alice.post(&group.members(), &body).await.ok(), added);
    carol.sends(&group, "thank you").await;
    let texts = bob.sees(&group).await;
    assert_eq!(texts, [Some("before".to_owned()), None, Some("thank you".to_owned())]);
}

#[tokio::test]
async fn who_is_blocked_is_not_added() {
    let app = Gateway::start().await;
    let (alice, eve) = (app.registers("alice").await, app.registers("eve").await);
    let group = alice.creates_group("Book club", &[]).await;
    eve.put(&format!("/v1/users/me/blocks/{}", alice.id), &json!({})).await;
    let answer = alice.post(&group.members(), &json!({"user_ids": [eve.id]})).await;
    answer.invalid(&[("user_ids", "not_allowed")]);
    assert!(eve.conversations().await.is_empty());
}
