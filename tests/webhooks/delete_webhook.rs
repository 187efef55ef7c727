use testkit::Gateway;

use super::create_webhook::Hook;

#[tokio::test]
async fn a_deleted_webhook_is_gone() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    assert_eq!(hook.root.delete(&hook.path()).await.status, 204);
    for path in [hook.path(), format!("{}/deliveries", hook.path())] {
        hook.root.get(&path).await.problem(404, "not_found");
    }
    hook.root.delete(&hook.path()).await.problem(404, "not_found");
}
