use http::Method;
use testkit::Gateway;

use super::create_webhook::{Hook, is_signed};

#[tokio::test]
async fn both_secrets_sign_after_a_rotation() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let rotated = hook.root.raw(Method::POST, &format!("{}/secret", hook.path()), &[], "").await.created();
    let request = hook.is_tested().await;
    for secret in [&hook.made["secret"], &rotated["secret"]] {
        assert!(is_signed(&request, secret.as_str().unwrap()), "{request:?}");
    }
    hook.ends().await;
}
