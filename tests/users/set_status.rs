use serde_json::{Value, json};
use testkit::Gateway;

const STATUS: &str = "/v1/users/me/status";

#[tokio::test]
async fn a_status_is_ones_own_profile_too() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let status = json!({"presence": "busy", "text": "In a meeting", "emoji": "📅", "expires_at": "2090-01-01T12:00:00+02:00"});
    let set = alice.put(STATUS, &status).await.ok();
    assert_eq!(
        (&set["text"], &set["expires_at"]),
        (&json!("In a meeting"), &json!("2090-01-01T10:00:00.000Z"))
    );
    assert_eq!(alice.get("/v1/users/me").await.ok()["status"], set);
    let set = alice.put(STATUS, &json!({"presence": "away"})).await.ok();
    assert_eq!((&set["text"], &set["emoji"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_bad_status_is_refused_by_field() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.put(STATUS, &json!({})).await.invalid(&[("presence", "required")]);
    let wrong =
        json!({"presence": "offline", "text": " ", "emoji": "📅📅", "expires_at": "2020-01-01T00:00:00Z"});
    alice.put(STATUS, &wrong).await.invalid(&[
        ("presence", "invalid_value"),
        ("text", "too_short"),
        ("emoji", "invalid_value"),
        ("expires_at", "invalid_value"),
    ]);
    for emoji in ["", "a", ":smile:", "📅 "] {
        let answer = alice.put(STATUS, &json!({"presence": "online", "emoji": emoji})).await;
        answer.invalid(&[("emoji", "invalid_value")]);
    }
    alice
        .put(STATUS, &json!({"presence": "online", "expires_at": "tomorrow"}))
        .await
        .invalid(&[("expires_at", "invalid_format")]);
}
