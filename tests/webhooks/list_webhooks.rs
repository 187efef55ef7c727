use testkit::Gateway;

use super::create_webhook::Hook;

#[tokio::test]
async fn a_new_webhook_is_among_the_first() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let page = hook.root.get("/v1/admin/webhooks?limit=100").await.ok();
    let items = page["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item["id"] == hook.made["id"] && item.get("secret").is_none()), "{page}");
    hook.ends().await;
}
