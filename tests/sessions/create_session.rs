use serde_json::{Value, json};
use testkit::{Gateway, new_id, unique_username};

#[tokio::test]
async fn logs_in_on_another_device() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let credentials = json!({
        "username": alice.username.to_uppercase(),
        "password": alice.password,
        "device_name": "Alice's phone 📱",
    });
    let session = app.anonymous().post("/v1/sessions", &credentials).await.created();
    assert_eq!(session["user"], alice.get("/v1/users/me").await.ok());
    assert_ne!(session["session_id"], alice.session_id.to_string());
    assert_ne!(session["access_token"], alice.access_token);

    let phone = app.anonymous().with_token(session["access_token"].as_str().unwrap());
    assert_eq!(phone.get("/v1/users/me").await.ok()["id"], alice.id.to_string());
    assert_eq!(alice.get("/v1/users/me").await.ok()["id"], alice.id.to_string(), "the first device stays");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let logs_in = async |username: &str, password: &str| {
        let credentials = json!({"username": username, "password": password});
        let answer = app.anonymous().post("/v1/sessions", &credentials).await;
        answer.problem(401, "invalid_credentials");
        // What differs from one request to the next differs for everybody.
        let headers = answer.headers.iter().map(|(name, value)| match name.as_str() {
            "x-request-id" | "date" | "apigw-requestid" => (name.clone(), None),
            _ => (name.clone(), Some(value.clone())),
        });
        (answer.masked(), headers.collect::<Vec<_>>())
    };
    let wrong = logs_in(&alice.username, "not her password").await;
    assert_eq!(logs_in(&unique_username("nobody"), &alice.password).await, wrong);
    assert_eq!(logs_in(&alice.username, "").await, wrong);
    assert_eq!(logs_in(&alice.username, &alice.password.to_uppercase()).await, wrong);
    assert_eq!(logs_in(&alice.username, &format!("{} ", alice.password)).await, wrong, "nothing is trimmed");
}

#[tokio::test]
async fn each_field_keeps_its_rules() {
    let app = Gateway::start().await;
    let logs_in = async |body: Value| app.anonymous().post("/v1/sessions", &body).await;
    logs_in(json!({})).await.invalid(&[("username", "required"), ("password", "required")]);
    logs_in(json!({"username": ["a"], "password": 1, "device_name": true, "otp": "1"})).await.invalid(&[
        ("username", "wrong_type"),
        ("password", "wrong_type"),
        ("device_name", "wrong_type"),
        ("otp", "unknown_field"),
    ]);
    for (field, value, code) in [
        ("password", json!("p".repeat(129)), "too_long"),
        ("password", json!("nul\u{0}"), "invalid_value"),
        ("username", json!("nul\u{0}"), "invalid_value"),
        ("device_name", json!("d".repeat(65)), "too_long"),
        ("device_name", json!("\u{7f}bell"), "invalid_value"),
        ("device_name", json!(""), "too_short"),
    ] {
        let mut credentials = json!({"username": "alice", "password": "seven green bottles"});
        credentials[field] = value;
        logs_in(credentials).await.invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn the_same_log_in_again_is_the_same_session() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let body = json!({"username": alice.username, "password": alice.password});
    let client = app.anonymous().with_header("Idempotency-Key", &new_id().to_string());
    let first = client.post("/v1/sessions", &body).await;
    let again = client.post("/v1/sessions", &body).await;
    assert_eq!((first.created(), first.headers.get("idempotency-replayed")), (again.created(), None));
    assert_eq!(again.headers["idempotency-replayed"], "true");
}
