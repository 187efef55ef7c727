use serde_json::json;
use testkit::{Gateway, User, new_id};

/// A new token of FCM.
pub fn token() -> String {
    format!("e2e:{}", new_id().simple())
}

/// The ids of a user's devices.
pub async fn devices(user: &User) -> Vec<String> {
    let list = user.get("/v1/devices").await.ok();
    let items = list["items"].as_array().unwrap();
    items.iter().map(|device| device["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_device_is_told_until_its_session_ends() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let telephone = alice.logs_in_again().await;
    let id = new_id();
    let path = format!("/v1/devices/{id}");
    let body = json!({"platform": "fcm", "token": token(), "app_id": "org.example.chat", "locale": "de-AT"});
    let device = telephone.put(&path, &body).await.ok();
    assert_eq!(
        (&device["id"], &device["current"], &device["locale"]),
        (&json!(id), &json!(true), &json!("de-AT"))
    );
    assert!(device.get("token").is_none(), "{device}");
    assert_eq!(telephone.put(&path, &body).await.ok()["created_at"], device["created_at"]);
    assert_eq!(devices(&alice).await, [id.to_string()]);
    assert_eq!(telephone.delete("/v1/sessions/current").await.status, 204);
    assert!(devices(&alice).await.is_empty());
}

#[tokio::test]
async fn a_browser_of_this_machine_may_be_called_by_the_local_stack() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let subscription = json!({"endpoint": format!("http://127.0.0.1:9/{}", new_id()), "expirationTime": null, "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg"}});
    let body = json!({"platform": "web", "subscription": subscription});
    alice.put(&format!("/v1/devices/{}", new_id()), &body).await.ok();
    let elsewhere = body.to_string().replace("127.0.0.1", "10.0.0.1");
    let answer =
        alice.put(&format!("/v1/devices/{}", new_id()), &serde_json::from_str(&elsewhere).unwrap()).await;
    answer.invalid(&[("subscription.endpoint", "invalid_format")]);
}
