use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn an_owner_changes_it_and_all_read_of_it() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    let body = json!({"title": "Film club", "description": "We watch", "who_can_post": "admins"});
    let changed = alice.patch(&group.path(), &body).await.ok();
    assert_eq!((&changed["title"], &changed["description"]), (&json!("Film club"), &json!("We watch")));
    let seen = bob.get(&group.path()).await.ok();
    assert_eq!((&seen["title"], &seen["unread_count"]), (&json!("Film club"), &json!(0)));
    assert_eq!(seen["last_message"]["system"]["title"], "Film club");
    bob.tries_to_send(group.id, testkit::new_id(), "May I?").await.problem(403, "role_required");
    bob.patch(&group.path(), &body).await.problem(403, "role_required");
}
