use serde_json::json;
use testkit::Gateway;

const PATH: &str = "/v1/users/me/password";

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let elsewhere = alice.logs_in_again().await;
    elsewhere.get("/v1/users/me").await.ok();
    let change = json!({"current_password": alice.password, "new_password": "eight green bottles"});
    assert_eq!(alice.put(PATH, &change).await.status, 204);
    alice.get("/v1/users/me").await.ok();
    elsewhere.get("/v1/users/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": elsewhere.refresh_token});
    app.anonymous().post("/v1/sessions/refresh", &refresh).await.problem(401, "invalid_credentials");

    let old = json!({"username": alice.username, "password": alice.password});
    app.anonymous().post("/v1/sessions", &old).await.problem(401, "invalid_credentials");
    let new = json!({"username": alice.username, "password": "eight green bottles"});
    app.anonymous().post("/v1/sessions", &new).await.created();
}

#[tokio::test]
async fn a_bad_new_password_and_a_wrong_old_one_change_nothing() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let elsewhere = alice.logs_in_again().await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    alice.put(PATH, &change("not my password", "eight green bottles")).await.problem(403, "wrong_password");
    let too_long = "x".repeat(200_000);
    for (new, code) in [
        ("short", "too_short"),
        ("1234567890", "common_password"),
        (alice.username.as_str(), "too_predictable"),
        ("talkify talkify 1", "too_predictable"),
        (too_long.as_str(), "too_long"),
    ] {
        alice.put(PATH, &change(&alice.password, new)).await.invalid(&[("new_password", code)]);
    }
    elsewhere.get("/v1/users/me").await.ok();
    alice.logs_in_again().await;
}

#[tokio::test]
async fn guessing_the_current_password_ends_soon() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let guess = json!({"current_password": "a wrong password", "new_password": "nine green bottles"});
    for left in (0..5).rev() {
        let answer = alice.put("/v1/users/me/password", &guess).await;
        answer.problem(403, "wrong_password");
        assert_eq!(answer.headers["ratelimit-remaining"], left.to_string());
    }
    let refused = alice.put("/v1/users/me/password", &guess).await;
    refused.problem(429, "rate_limited");
    assert!(refused.headers.contains_key("retry-after"));
    // Nothing else is refused, and somebody else may guess too.
    alice.get("/v1/users/me").await.ok();
    app.registers("bob").await.put("/v1/users/me/password", &guess).await.problem(403, "wrong_password");
}
