use serde_json::{Value, json};
use testkit::Gateway;

#[tokio::test]
async fn a_member_sees_it_with_its_settings_and_nobody_else_does() {
    let app = Gateway::start().await;
    let (alice, bob, eve) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("eve").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    alice.sends(&group, "Welcome").await;
    let seen = bob.get(&group.path()).await.ok();
    assert_eq!(
        (&seen["title"], &seen["role"], &seen["unread_count"]),
        (&json!("Book club"), &json!("member"), &json!(1))
    );
    assert_eq!((&seen["who_can_post"], &seen["edit_window_s"]), (&json!("all"), &Value::Null));
    assert_eq!(seen["last_message"]["text"], "Welcome");
    eve.get(&group.path()).await.problem(404, "not_found");
}
