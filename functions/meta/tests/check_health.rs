//! `GET /v1/health`, in process.

use meta::check_health;
use shared::serve::HttpHandler;
use testkit::{KmsMood, Request, TestApp};

const CHECK: HttpHandler = |app, call| Box::pin(check_health::handle(app, call));

#[tokio::test]
async fn all_is_well_when_database_and_keys_answer() {
    let app = TestApp::start().await;
    let health = app.call(CHECK, Request::get("/v1/health")).await.ok();
    assert_eq!(health["status"], "ok");
}

#[tokio::test]
async fn what_is_missing_is_named_and_why_is_not() {
    let app = TestApp::start().await;
    app.kms.set_mood(KmsMood::Refusing);
    let answer = app.call(CHECK, Request::get("/v1/health")).await;
    assert_eq!(answer.status, 503);
    let health = answer.json();
    assert_eq!(
        (&health["status"], &health["checks"]["keys"]["status"]),
        (&"degraded".into(), &"unavailable".into())
    );
    assert_eq!(health["checks"]["database"]["status"], "ok");
    assert!(!answer.to_string().contains("Disabled"));
}
