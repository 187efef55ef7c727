use testkit::Gateway;

use super::create_webhook::Hook;
use crate::admin::list_admin_users::of_role;

#[tokio::test]
async fn a_webhook_is_seen_without_its_secret() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let auditor = of_role(&app, "auditor", "auditor").await;
    let seen = auditor.get(&hook.path()).await.ok();
    assert_eq!((&seen["id"], seen.get("secret")), (&hook.made["id"], None));
    auditor.delete(&hook.path()).await.problem(403, "role_required");
    hook.ends().await;
}
