use serde_json::json;
use testkit::Gateway;

use super::list_admin_users::of_role;

#[tokio::test]
async fn what_was_said_is_counted_and_nobody_is_named() {
    let app = Gateway::start().await;
    let (root, alice) = (of_role(&app, "root", "admin").await, app.registers("alice").await);
    let notes = alice.creates_group("Notes", &[]).await;
    alice.sends(&notes, "one").await;
    // The stack is shared, and may be old: as many runs as it takes to come to this hour.
    loop {
        let run = app.invokes("roll_up_analytics", &json!({})).await;
        if run["due"].as_u64() < Some(500) && run["due"] == run["computed"] {
            break;
        }
    }
    let mut hours = root.get("/v1/admin/analytics?limit=100").await.ok();
    let hour = hours["items"].as_array_mut().unwrap().pop().unwrap();
    assert!(hour["messages"]["by_type"]["text"].as_u64() >= Some(1), "{hour}");
    assert!(hour["active_users"].as_u64() >= Some(1), "{hour}");
    assert!(!hour.to_string().contains(&alice.id.to_string()), "{hour}");
    alice.get("/v1/admin/analytics").await.problem(403, "role_required");
}
