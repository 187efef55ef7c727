use serde_json::json;
use testkit::{Gateway, User};

/// Somebody new with a role for the deployment.
pub async fn of_role(app: &Gateway, name: &str, role: &str) -> User {
    let user = app.registers(name).await;
    sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
        .bind(user.id)
        .bind(role)
        .execute(&mut app.database().await)
        .await
        .unwrap();
    user
}

#[tokio::test]
async fn those_who_administer_see_users_and_nothing_of_what_they_say() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    let page = root.get(&format!("/v1/admin/users?q={}", alice.username)).await.ok();
    let found = &page["items"][0];
    assert_eq!((&found["id"], &found["role"]), (&json!(alice.id), &json!("user")));
    assert_eq!((&found["suspended"], found.get("email")), (&json!(false), None));
    alice.get("/v1/admin/users").await.problem(403, "role_required");
}
