use testkit::Gateway;

use super::create_webhook::Hook;

#[tokio::test]
async fn what_came_of_a_delivery_is_listed() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let id = hook.is_tested().await.header("webhook-id").to_owned();
    // The receiver knows a moment before the worker has noted it.
    let noted = loop {
        let page = hook.root.get(&format!("{}/deliveries", hook.path())).await.ok();
        let delivery = page["items"][0].clone();
        assert_eq!(delivery["event_id"], id);
        if delivery["state"] != "pending" {
            break delivery;
        }
    };
    assert_eq!((&noted["state"], &noted["status"]), (&"delivered".into(), &204.into()));
    hook.ends().await;
}
