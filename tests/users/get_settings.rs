use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn everything_is_on_to_begin_with() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let settings = json!({"send_read_receipts": true, "send_typing": true, "show_last_seen": true});
    assert_eq!(alice.get("/v1/users/me/settings").await.ok(), settings);
}
