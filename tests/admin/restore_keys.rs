use serde_json::{Value, json};
use testkit::Gateway;

use super::list_admin_users::of_role;

fn all_kept(restored: &Value) -> bool {
    let keys = restored["keys"].as_array().unwrap();
    keys.len() >= 2 && keys.iter().all(|key| key["outcome"] == "kept" && key["opened_by"] == "own")
}

#[tokio::test]
async fn a_copy_is_checked_key_by_key_and_changes_nothing_that_opens() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    let notes = alice.creates_group("Notes", &[]).await;
    alice.sends(&notes, "still here").await;
    let document = root.post("/v1/admin/keys/backup", &json!({})).await.created()["document"].clone();
    let text = document.as_str().unwrap();
    alice.post("/v1/admin/keys/restore", &json!({"document": text})).await.problem(403, "role_required");
    let torn = json!({"document": &text[..text.len() / 2]});
    root.post("/v1/admin/keys/restore", &torn).await.problem(422, "backup_torn");
    // KMS itself is asked for each key, under the rights that the template gives.
    let restored = root.post("/v1/admin/keys/restore", &json!({"document": text})).await.ok();
    assert!(all_kept(&restored), "{restored}");
    let recovered = app.invokes("recover_keys", &json!({"document": text})).await;
    assert!(all_kept(&recovered), "{recovered}");
    assert_eq!(alice.sees(&notes).await, [Some("still here".to_owned())]);
}

/// The newest copy may be older than the keyring, if another test replaces keys at this moment.
#[tokio::test]
async fn who_recovers_needs_no_copy_at_hand() {
    let app = Gateway::start().await;
    app.invokes("copy_keyring", &json!({})).await;
    let recovered = app.invokes("recover_keys", &json!({})).await;
    assert!(all_kept(&recovered), "{recovered}");
}
