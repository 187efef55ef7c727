use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_pinned_for_oneself() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    assert_eq!(alice.put(&format!("{}/pin", group.path()), &json!({})).await.ok()["pinned"], true);
    assert_eq!(alice.get(&group.path()).await.ok()["pinned"], true);
    assert_eq!(bob.get(&group.path()).await.ok()["pinned"], false);
}
