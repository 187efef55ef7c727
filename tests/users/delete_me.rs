use http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Gateway, User};

async fn erases(user: &User, password: &str) -> Answer {
    user.with_body(Method::DELETE, "/v1/users/me", &json!({"password": password})).await
}

#[tokio::test]
async fn nothing_is_left_but_what_was_said_to_others() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let direct = alice.opens_direct_conversation_with(&bob).await;
    let group = alice.creates_group("Ours", &[&bob]).await;
    alice.sends(&direct, "remember me").await;
    alice.patch("/v1/users/me", &json!({"email": "alice@example.org", "bio": "Me."})).await.ok();
    erases(&alice, "not my password").await.problem(403, "wrong_password");

    let receipt = erases(&alice, &alice.password).await;
    assert_eq!(receipt.status, 202, "{receipt}");
    assert_eq!(receipt.json()["user_id"], json!(alice.id));
    alice.get("/v1/users/me").await.problem(401, "unauthenticated");
    let log_in = json!({"username": alice.username, "password": alice.password});
    app.anonymous().post("/v1/sessions", &log_in).await.problem(401, "invalid_credentials");

    let left = bob.get(&format!("/v1/users/{}", alice.id)).await.ok();
    assert_eq!((&left["username"], &left["deleted"]), (&Value::Null, &json!(true)));
    assert_eq!((&left["display_name"], &left["bio"]), (&json!("Deleted user"), &json!("")));
    assert_eq!(bob.sees(&direct).await, [Some("remember me".to_owned())]);
    let kept = bob.get("/v1/conversations").await.ok()["items"].take();
    let kept = kept.as_array().unwrap().iter().find(|item| item["id"] == json!(group.id)).unwrap();
    assert_eq!((&kept["role"], &kept["member_count"]), (&json!("owner"), &json!(1)));

    // The name is free, and whoever takes it is somebody else.
    let again = json!({"username": alice.username, "password": "eight green bottles"});
    let again = app.anonymous().post("/v1/users", &again).await.created();
    assert_ne!(again["user"]["id"], json!(alice.id));
}
