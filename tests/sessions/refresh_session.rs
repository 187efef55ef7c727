use serde_json::json;
use testkit::{Client, Gateway};

fn with_refreshed(anonymous: &Client, session: &serde_json::Value) -> Client {
    anonymous.with_token(session["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_client_stays_logged_in_and_its_old_access_token_ends() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let body = json!({"refresh_token": alice.refresh_token});
    let refreshed = app.anonymous().post("/v1/sessions/refresh", &body).await.ok();
    assert_eq!(refreshed["session_id"], alice.session_id.to_string());
    assert_eq!(refreshed["user"]["id"], alice.id.to_string());

    let me = with_refreshed(&app.anonymous(), &refreshed).get("/v1/users/me").await.ok();
    assert_eq!(me["id"], alice.id.to_string());
    // A gateway that had seen the old token would have remembered it for up to a minute; this one had not.
    alice.get("/v1/users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_that_comes_again_ends_the_session_for_everybody() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let refresh = async |token: &str| {
        app.anonymous().post("/v1/sessions/refresh", &json!({"refresh_token": token})).await
    };
    let second = refresh(&alice.refresh_token).await.ok();
    // At once it may be a race of the client with itself: nothing is lost.
    refresh(&alice.refresh_token).await.problem(409, "token_recently_rotated");
    let third = refresh(second["refresh_token"].as_str().unwrap()).await.ok();
    // Once what came of it has been used, it is no race.
    refresh(&alice.refresh_token).await.problem(401, "invalid_credentials");
    with_refreshed(&app.anonymous(), &third).get("/v1/users/me").await.problem(401, "unauthenticated");
    refresh(third["refresh_token"].as_str().unwrap()).await.problem(401, "invalid_credentials");
}
