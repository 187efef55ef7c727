use serde_json::json;
use testkit::{Gateway, new_id};

use super::register_device::{devices, token};

#[tokio::test]
async fn a_device_that_is_removed_is_gone_and_nobody_elses_is() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let path = format!("/v1/devices/{}", new_id());
    for user in [&alice, &bob] {
        user.put(&path, &json!({"platform": "fcm", "token": token()})).await.ok();
    }
    for _ in 0..2 {
        assert_eq!(alice.delete(&path).await.status, 204);
    }
    assert!(devices(&alice).await.is_empty());
    assert_eq!(devices(&bob).await.len(), 1);
}
