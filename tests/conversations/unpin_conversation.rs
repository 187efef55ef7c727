use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_not_pinned_any_more() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let group = alice.creates_group("Notes", &[]).await;
    let pin = format!("{}/pin", group.path());
    alice.put(&pin, &json!({})).await.ok();
    for _ in 0..2 {
        assert_eq!(alice.delete(&pin).await.status, 204);
        assert_eq!(alice.get(&group.path()).await.ok()["pinned"], false);
    }
}
