use serde_json::json;
use testkit::{Gateway, User};

use super::list_admin_users::of_role;

/// A report of bob's about a message of alice's.
pub async fn reported(app: &Gateway) -> (User, serde_json::Value) {
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Buy now!").await;
    let path = format!("{}/{}/report", conversation.messages(), message.id);
    let report = bob.post(&path, &json!({"reason": "spam", "comment": "Again."})).await.created();
    (alice, report)
}

#[tokio::test]
async fn moderators_read_what_was_reported() {
    let app = Gateway::start().await;
    let (alice, report) = reported(&app).await;
    let moderator = of_role(&app, "mod", "moderator").await;
    let page = moderator.get("/v1/admin/reports?limit=100").await.ok();
    let found = page["items"].as_array().unwrap().iter().find(|item| item["id"] == report["id"]).unwrap();
    assert_eq!((&found["comment"], &found["message"]["text"]), (&json!("Again."), &json!("Buy now!")));
    alice.get("/v1/admin/reports").await.problem(403, "role_required");
}
