use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn an_owner_makes_an_admin_and_then_an_owner() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    let group = alice.creates_group("Book club", &[&bob, &carol]).await;
    let member = group.member(&bob);
    assert_eq!(alice.patch(&member, &json!({"role": "admin"})).await.ok()["role"], "admin");
    bob.patch(&group.path(), &json!({"title": "Bob's club"})).await.ok();
    bob.patch(&group.member(&alice), &json!({"role": "member"})).await.problem(403, "role_required");
    alice.patch(&group.member(&alice), &json!({"role": "member"})).await.problem(409, "owner_stays");
    assert_eq!(alice.patch(&member, &json!({"role": "owner"})).await.ok()["role"], "owner");
    assert_eq!(alice.get(&group.path()).await.ok()["role"], "admin");
    assert_eq!(bob.get(&group.path()).await.ok()["role"], "owner");
}
