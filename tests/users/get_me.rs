use testkit::Gateway;

#[tokio::test]
async fn shows_ones_own_profile() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let bob = app.registers("bob").await;
    let profile = alice.get("/v1/users/me").await.ok();
    assert_eq!(profile["id"], alice.id.to_string());
    assert_eq!(profile["username"], alice.username);
    assert_eq!(profile["display_name"], "alice");
    assert_eq!(bob.get("/v1/users/me").await.ok()["id"], bob.id.to_string());
}
