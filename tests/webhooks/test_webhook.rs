use http::Method;
use testkit::Gateway;

use super::create_webhook::Hook;

/// Through SQS and back: the first attempt fails, the second comes by itself.
#[tokio::test]
async fn a_receiver_that_was_away_is_told_a_little_later() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    hook.receiver.answers(|request| {
        let first = request.json()["attempt"] == 1;
        (if first { 500 } else { 204 }, Vec::new(), String::new())
    });
    let delivery = hook.root.raw(Method::POST, &format!("{}/test", hook.path()), &[], "").await;
    assert_eq!(delivery.status, 202, "{delivery}");
    let second = hook.receiver.receives(|request| request.json()["attempt"] == 2).await;
    assert_eq!(second[0].header("webhook-id"), delivery.json()["event_id"].as_str().unwrap());
    hook.ends().await;
}
