use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_back() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let group = alice.creates_group("Notes", &[]).await;
    let archive = format!("{}/archive", group.path());
    alice.put(&archive, &json!({})).await.ok();
    for _ in 0..2 {
        assert_eq!(alice.delete(&archive).await.status, 204);
        assert_eq!(alice.get(&group.path()).await.ok()["archived"], false);
    }
}
