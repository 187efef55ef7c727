use serde_json::json;
use testkit::{Gateway, new_id};

use super::register_device::{devices, token};

#[tokio::test]
async fn everybody_sees_their_own_devices_only() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let id = new_id();
    let body = json!({"platform": "fcm", "token": token()});
    alice.put(&format!("/v1/devices/{id}"), &body).await.ok();
    assert_eq!(devices(&alice).await, [id.to_string()]);
    assert!(devices(&bob).await.is_empty());
    // The telephone changes hands.
    bob.put(&format!("/v1/devices/{id}"), &body).await.ok();
    assert_eq!(devices(&bob).await, [id.to_string()]);
    assert!(devices(&alice).await.is_empty());
}
