use testkit::Gateway;

use super::list_admin_users::of_role;

#[tokio::test]
async fn auditors_see_which_keys_there_are_and_no_bytes_of_them() {
    let app = Gateway::start().await;
    let (auditor, alice) = (of_role(&app, "watch", "auditor").await, app.registers("alice").await);
    let notes = alice.creates_group("Notes", &[]).await;
    alice.sends(&notes, "hello").await;
    let inventory = auditor.get("/v1/admin/keys").await.ok();
    let keys = inventory["items"].as_array().unwrap();
    for purpose in ["content", "credentials", "media"] {
        let active = keys.iter().filter(|key| key["purpose"] == purpose && key["state"] == "active");
        assert_eq!(active.count(), 1, "{inventory}");
    }
    let holding = keys.iter().any(|key| key["holds"]["epoch_keys"].as_i64().unwrap() > 0);
    assert!(holding, "{inventory}");
    let wrapped: Vec<Vec<u8>> = sqlx::query_scalar("SELECT wrapped FROM keys.keyring")
        .fetch_all(&mut app.database().await)
        .await
        .unwrap();
    let shown = inventory.to_string();
    for key in wrapped {
        let hex = keys::hexadecimal(&key);
        assert!(!shown.contains(&hex[..32]));
    }
    alice.get("/v1/admin/keys").await.problem(403, "role_required");
}
