use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn it_is_quiet_until_then_and_stays_archived() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let group = alice.creates_group("Book club", &[&bob]).await;
    let mute = format!("{}/mute", group.path());
    let until = json!({"until": "2126-11-22T21:05:09.123Z"});
    assert_eq!(alice.put(&mute, &until).await.ok()["muted_until"], until["until"]);
    alice.put(&format!("{}/archive", group.path()), &json!({})).await.ok();
    bob.sends(&group, "hello?").await;
    let seen = alice.get(&group.path()).await.ok();
    assert_eq!((&seen["archived"], &seen["unread_count"]), (&json!(true), &json!(1)));
    assert_eq!(alice.put(&mute, &json!({})).await.ok()["muted_until"], "9999-12-31T23:59:59.999Z");
    alice.put(&mute, &json!({"until": "2001-01-01T00:00:00Z"})).await.invalid(&[("until", "invalid_value")]);
}
