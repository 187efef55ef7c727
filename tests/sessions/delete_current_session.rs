use http::Method;
use testkit::Gateway;

#[tokio::test]
async fn who_logs_out_is_out_at_once() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.get("/v1/users/me").await.ok();
    assert_eq!(alice.raw(Method::DELETE, "/v1/sessions/current", &[], "").await.status, 204);
    alice.get("/v1/users/me").await.problem(401, "unauthenticated");
}
