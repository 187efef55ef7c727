//! Keys wrapped again under another KMS key (`ReEncrypt`).

use keys::rotate_keys;
use serde_json::json;
use testkit::KmsMood;

use crate::world::{World, kms_keys, number, texts};

const WRAPPED_UNDER: &str = "SELECT kms_key FROM keys.keyring ORDER BY purpose";

#[tokio::test]
async fn keys_are_wrapped_under_the_configured_kms_key_and_stay_the_same() {
    let world = World::new().await;
    assert_eq!(texts(&world.app, WRAPPED_UNDER).await, ["fake", "fake", "fake"]);
    world.asks(&json!({"target": "kms_key"})).await;
    assert_eq!(world.rotates().await["rewrapped"], 3);
    assert_eq!(
        texts(&world.app, WRAPPED_UNDER).await,
        ["new content key", "new credentials key", "new media key"]
    );
    world.everything_opens().await;
    // An environment that has the key as it was wrapped before goes on with it.
    world.says("warm").await;
    world.rotates().await;
    for rotation in world.inventory().await["rotations"].as_array().unwrap() {
        assert_eq!(
            (&rotation["kind"], &rotation["state"], &rotation["done"]),
            (&json!("kms_key"), &json!("finished"), &json!(1))
        );
    }
    let events =
        "SELECT count(*) FROM audit_events WHERE event = 'crypt_key_rewrapped' AND actor_id IS NOT NULL";
    assert_eq!(number(&world.app, events).await, 3);
}

#[tokio::test]
async fn a_key_service_that_is_away_is_asked_again_and_one_that_refuses_is_told_of() {
    let world = World::new().await;
    world.asks(&json!({"target": "kms_key"})).await;
    world.app.kms.set_mood(KmsMood::Unavailable);
    assert!(rotate_keys::handle(&world.app.app, &kms_keys()).await.is_err());
    assert_eq!(texts(&world.app, WRAPPED_UNDER).await, ["fake", "fake", "fake"]);

    world.app.kms.set_mood(KmsMood::Refusing);
    world.rotates().await;
    assert_eq!(texts(&world.app, WRAPPED_UNDER).await, ["fake", "fake", "fake"]);
    for rotation in world.inventory().await["rotations"].as_array().unwrap() {
        assert_eq!((&rotation["state"], &rotation["failed"]), (&json!("finished"), &json!(1)));
    }
    assert_eq!(
        number(&world.app, "SELECT count(*) FROM audit_events WHERE event = 'crypt_key_refused'").await,
        3
    );
    world.app.kms.set_mood(KmsMood::Well);
    world.everything_opens().await;
}
