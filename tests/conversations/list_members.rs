use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn members_see_one_another_page_by_page() {
    let app = Gateway::start().await;
    let (alice, bob, eve) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("eve").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    let first = bob.get(&format!("{}?limit=1", group.members())).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = bob.get(&format!("{}?limit=1&cursor={cursor}", group.members())).await.ok();
    let ids = [first["items"][0]["user_id"].clone(), second["items"][0]["user_id"].clone()];
    assert!(ids.contains(&json!(alice.id)) && ids.contains(&json!(bob.id)));
    assert_eq!(second.get("next_cursor"), None);
    eve.get(&group.members()).await.problem(404, "not_found");
}
