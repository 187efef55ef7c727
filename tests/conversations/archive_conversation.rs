use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_away_until_something_new_is_said() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    let flags = alice.put(&format!("{}/archive", group.path()), &json!({})).await.ok();
    assert_eq!((&flags["archived"], &flags["pinned"]), (&json!(true), &json!(false)));
    let archived = |page: serde_json::Value| page["items"].as_array().map(Vec::len);
    assert_eq!(archived(alice.get("/v1/conversations?archived=true").await.ok()), Some(1));
    assert_eq!(archived(bob.get("/v1/conversations?archived=true").await.ok()), Some(0));
    bob.sends(&group, "hello?").await;
    assert_eq!(archived(alice.get("/v1/conversations?archived=true").await.ok()), Some(0));
}
