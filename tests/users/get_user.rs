use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Gateway, User, new_id};
use uuid::Uuid;

async fn sees(viewer: &User, user: Uuid) -> Value {
    viewer.get(&format!("/v1/users/{user}")).await.ok()
}

/// What the viewer sees of somebody who has made a request, once the worker has written that down.
async fn sees_there(viewer: &User, user: Uuid) -> Value {
    for _ in 0..300 {
        let profile = sees(viewer, user).await;
        if profile["last_seen_at"].is_string() {
            return profile;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the worker never wrote that {user} was seen");
}

#[tokio::test]
async fn others_see_who_is_there_by_way_of_the_presence_queue_and_no_address() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    alice.patch("/v1/users/me", &json!({"email": "alice@example.org"})).await.ok();
    let seen = sees_there(&bob, alice.id).await;
    assert_eq!(seen["status"]["presence"], "online");
    assert_eq!(seen.get("email"), None);

    alice.patch("/v1/users/me/settings", &json!({"show_last_seen": false})).await.ok();
    let hidden = sees(&bob, alice.id).await;
    assert_eq!((&hidden["last_seen_at"], &hidden["status"]["presence"]), (&Value::Null, &json!("online")));
    alice.put("/v1/users/me/status", &json!({"presence": "invisible"})).await.ok();
    assert_eq!(sees(&bob, alice.id).await["status"]["presence"], "offline");
}

#[tokio::test]
async fn nobody_is_not_found() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.get(&format!("/v1/users/{}", new_id())).await.problem(404, "not_found");
}
