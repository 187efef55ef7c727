use testkit::Gateway;

#[tokio::test]
async fn every_dependency_answers() {
    let app = Gateway::start().await;
    let health = app.anonymous().get("/v1/health").await.ok();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["checks"]["database"]["status"], "ok");
    assert_eq!(health["checks"]["keys"]["status"], "ok");
}
