use serde_json::{Value, json};
use testkit::Gateway;

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let changed =
        json!({"display_name": "  Alice B. ", "bio": "Reads.\nWrites.", "email": "alice@example.org"});
    let profile = alice.patch("/v1/users/me", &changed).await.ok();
    assert_eq!((&profile["display_name"], &profile["bio"]), (&json!("Alice B."), &json!("Reads.\nWrites.")));
    assert_eq!(profile["email"], "alice@example.org");
    assert_eq!(alice.get("/v1/users/me").await.ok(), profile);

    let profile = alice.patch("/v1/users/me", &json!({"email": null})).await.ok();
    assert_eq!((&profile["email"], &profile["bio"]), (&Value::Null, &json!("Reads.\nWrites.")));
    assert_eq!(alice.patch("/v1/users/me", &json!({})).await.ok(), profile);
}

#[tokio::test]
async fn each_field_has_its_limit_and_what_is_not_ones_own_to_change_is_no_field() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let before = alice.get("/v1/users/me").await.ok();
    let wrong = json!({"display_name": "a".repeat(65), "bio": "a".repeat(501), "email": "nowhere", "avatar_media_id": "me"});
    alice.patch("/v1/users/me", &wrong).await.invalid(&[
        ("display_name", "too_long"),
        ("bio", "too_long"),
        ("email", "invalid_format"),
        ("avatar_media_id", "invalid_format"),
    ]);
    let unknown = json!({"avatar_media_id": alice.id});
    alice.patch("/v1/users/me", &unknown).await.invalid(&[("avatar_media_id", "unknown_media")]);
    for (field, value) in [
        ("role", json!("admin")),
        ("id", json!(alice.id)),
        ("created_at", json!("2020-01-01T00:00:00.000Z")),
        ("is_admin", json!(true)),
        ("username", json!("root")),
    ] {
        alice.patch("/v1/users/me", &json!({field: value})).await.invalid(&[(field, "unknown_field")]);
    }
    assert_eq!(alice.get("/v1/users/me").await.ok(), before);
}
