use serde_json::json;
use testkit::Gateway;

use super::create_webhook::Hook;

#[tokio::test]
async fn what_is_left_out_stays() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let changed = hook.root.patch(&hook.path(), &json!({"events": ["member.removed"]})).await.ok();
    assert_eq!(
        (&changed["events"], &changed["url"], &changed["enabled"]),
        (&json!(["member.removed"]), &hook.made["url"], &json!(false))
    );
    hook.root
        .patch(&hook.path(), &json!({"events": ["typing"]}))
        .await
        .invalid(&[("events[0]", "invalid_value")]);
    hook.ends().await;
}
