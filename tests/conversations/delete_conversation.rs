use testkit::Gateway;

#[tokio::test]
async fn it_is_gone_for_all() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    bob.sends(&group, "hello").await;
    bob.delete(&group.path()).await.problem(403, "role_required");
    assert_eq!(alice.delete(&group.path()).await.status, 204);
    for somebody in [&alice, &bob] {
        somebody.get(&group.path()).await.problem(404, "not_found");
        somebody.get(&group.messages()).await.problem(404, "not_found");
        assert!(somebody.conversations().await.is_empty());
    }
}
