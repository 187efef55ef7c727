use serde_json::{Value, json};
use testkit::{Gateway, User, new_id};

use super::list_admin_users::of_role;

/// All events of a filter, newest first, page by page.
pub async fn all(auditor: &User, filter: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = auditor.get(&format!("/v1/admin/audit?limit=100&{filter}{cursor}")).await.ok();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn an_auditor_sees_what_a_user_did_and_who_else_looked() {
    let app = Gateway::start().await;
    let (auditor, alice) = (of_role(&app, "auditor", "auditor").await, app.registers("alice").await);
    let wrong = json!({"username": alice.username, "password": "not the password"});
    app.anonymous().post("/v1/sessions", &wrong).await.problem(401, "invalid_credentials");
    let of_alice = all(&auditor, &format!("subject_id={}", alice.id)).await;
    let names: Vec<&Value> = of_alice.iter().map(|item| &item["event"]).collect();
    assert_eq!(names, ["authn_login_fail", "user_created"]);
    assert_eq!(of_alice[1]["actor_id"], json!(alice.id));
    assert!(of_alice[0]["address"].is_string() && of_alice[0]["request_id"].is_string());

    let failed = format!("subject_id={}&event=authn_login_fail", alice.id);
    assert_eq!(all(&auditor, &failed).await, of_alice[..1]);
    let looked = all(&auditor, &format!("actor_id={}&event=sensitive_read", auditor.id)).await;
    assert!(looked.len() >= 2, "{looked:?}");
    assert_eq!(all(&auditor, &format!("subject_id={}", new_id())).await, Vec::<Value>::new());
}

#[tokio::test]
async fn others_are_refused_which_is_recorded() {
    let app = Gateway::start().await;
    let (auditor, alice) = (of_role(&app, "auditor", "auditor").await, app.registers("alice").await);
    alice.get("/v1/admin/audit").await.problem(403, "role_required");
    alice.get("/v1/admin/audit/verify").await.problem(403, "role_required");
    let refused = all(&auditor, &format!("actor_id={}&event=authz_fail", alice.id)).await;
    let actions: Vec<&Value> = refused.iter().map(|item| &item["detail"]["action"]).collect();
    assert_eq!(actions, ["verify_audit", "read_audit"]);
}
