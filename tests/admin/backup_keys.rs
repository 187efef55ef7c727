use http::Method;
use serde_json::json;
use testkit::Gateway;

use super::list_admin_users::of_role;

#[tokio::test]
async fn a_copy_of_the_keyring_is_in_a_bucket_that_never_lets_go() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    alice.post("/v1/admin/keys/backup", &json!({})).await.problem(403, "role_required");
    let backup = root.post("/v1/admin/keys/backup", &json!({})).await.created();
    let keys = backup["keys"].as_array().unwrap();
    for purpose in ["content", "credentials", "media"] {
        let active = keys.iter().filter(|key| key["purpose"] == purpose && key["active"] == true).count();
        assert_eq!(active, 1, "{keys:?}");
    }

    let bucket = app.stack().key_backup_bucket.as_deref().unwrap();
    let path = format!("/{bucket}/{}", backup["name"].as_str().unwrap());
    let (status, stored) = app.aws("s3", Method::GET, &path, &[], String::new()).await;
    assert_eq!((status, Some(stored.as_str())), (200, backup["document"].as_str()));
    let list = format!("/{bucket}?versions&prefix={}", backup["name"].as_str().unwrap());
    let (_, listed) = app.aws("s3", Method::GET, &list, &[], String::new()).await;
    let version = listed.split("<VersionId>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    let version = format!("{path}?versionId={version}");
    let (status, answer) = app.aws("s3", Method::DELETE, &version, &[], String::new()).await;
    assert_eq!(status, 403, "{answer}");
    // The schedule copies what changes, and says whether it did.
    assert!(app.invokes("copy_keyring", &json!({})).await["copied"].is_boolean());
}
