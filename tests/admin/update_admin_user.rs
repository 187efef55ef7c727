use serde_json::json;
use testkit::Gateway;

use super::list_admin_users::of_role;

#[tokio::test]
async fn a_suspended_user_is_out_at_once_and_comes_back_by_logging_in() {
    let app = Gateway::start().await;
    let (moderator, alice) = (of_role(&app, "mod", "moderator").await, app.registers("alice").await);
    let path = format!("/v1/admin/users/{}", alice.id);
    // Known to the authorizer before, which remembers its answer for a minute.
    alice.get("/v1/users/me").await.ok();
    assert_eq!(moderator.patch(&path, &json!({"suspended": true})).await.ok()["suspended"], true);
    alice.get("/v1/users/me").await.problem(401, "unauthenticated");
    let log_in = json!({"username": alice.username, "password": alice.password});
    app.anonymous().post("/v1/sessions", &log_in).await.problem(401, "invalid_credentials");
    moderator.patch(&path, &json!({"suspended": false})).await.ok();
    alice.get("/v1/users/me").await.problem(401, "unauthenticated");
    alice.logs_in_again().await.get("/v1/users/me").await.ok();
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    let path = format!("/v1/admin/users/{}", alice.id);
    alice.get("/v1/admin/users").await.problem(403, "role_required");
    root.patch(&path, &json!({"role": "auditor"})).await.ok();
    alice.get("/v1/admin/users").await.ok();
    root.patch(&path, &json!({"role": "user"})).await.ok();
    alice.get("/v1/admin/users").await.problem(403, "role_required");
    root.patch(&path, &json!({"role": "king"})).await.invalid(&[("role", "invalid_value")]);
}
