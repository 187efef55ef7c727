use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn every_login_is_listed_with_its_device() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let login =
        json!({"username": alice.username, "password": alice.password, "device_name": "Alice's phone 📱"});
    app.anonymous().post("/v1/sessions", &login).await.created();
    let page = alice.get("/v1/sessions").await.ok();
    assert_eq!(page["items"][0]["device_name"], "Alice's phone 📱");
    assert_eq!(page["items"][1]["id"], alice.session_id.to_string());
    assert_eq!((&page["items"][0]["current"], &page["items"][1]["current"]), (&json!(false), &json!(true)));
}
