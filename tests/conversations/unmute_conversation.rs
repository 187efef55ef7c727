use serde_json::{Value, json};
use testkit::Gateway;

#[tokio::test]
async fn it_is_loud_again() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let group = alice.creates_group("Notes", &[]).await;
    let mute = format!("{}/mute", group.path());
    alice.put(&mute, &json!({})).await.ok();
    for _ in 0..2 {
        assert_eq!(alice.delete(&mute).await.status, 204);
        assert_eq!(alice.get(&group.path()).await.ok()["muted_until"], Value::Null);
    }
}
