use serde_json::json;
use testkit::Gateway;

use super::list_admin_users::of_role;
use super::list_reports::reported;

#[tokio::test]
async fn moderators_say_what_was_done() {
    let app = Gateway::start().await;
    let (alice, report) = reported(&app).await;
    let moderator = of_role(&app, "mod", "moderator").await;
    let path = format!("/v1/admin/reports/{}", report["id"].as_str().unwrap());
    let body = json!({"status": "dismissed"});
    alice.patch(&path, &body).await.problem(403, "role_required");
    let done = moderator.patch(&path, &body).await.ok();
    assert_eq!((&done["status"], &done["handled_by"]), (&json!("dismissed"), &json!(moderator.id)));
}
