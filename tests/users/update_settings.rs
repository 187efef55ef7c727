use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn one_switch_does_not_turn_another() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let settings = json!({"send_read_receipts": false, "send_typing": true, "show_last_seen": true});
    let path = "/v1/users/me/settings";
    assert_eq!(alice.patch(path, &json!({"send_read_receipts": false})).await.ok(), settings);
    assert_eq!(alice.get(path).await.ok(), settings);
    alice.patch(path, &json!({"send_typing": "no"})).await.invalid(&[("send_typing", "wrong_type")]);
    assert_eq!(alice.patch(path, &json!({})).await.ok(), settings);
}
