use serde_json::{Value, json};
use testkit::Gateway;

use super::block_user::blocks;

#[tokio::test]
async fn one_sees_whom_one_has_blocked_and_nobody_who_blocks_one() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    blocks(&alice, &bob).await;
    blocks(&alice, &carol).await;
    blocks(&alice, &carol).await;
    blocks(&bob, &alice).await;
    let mut found: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = alice.get(&format!("/v1/users/me/blocks?limit=1{cursor}")).await.ok();
        found.extend(page["items"].as_array().unwrap().iter().map(|block| block["user_id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, [json!(carol.id), json!(bob.id)]);
}
