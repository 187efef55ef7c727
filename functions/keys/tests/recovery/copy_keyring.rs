use std::time::Duration;

use keys::KeyBackup;
use serde_json::json;
use shared::crypto::Purpose;

use crate::words::Deployment;

#[tokio::test]
async fn each_change_is_copied_and_nothing_else() {
    let deployment = Deployment::start().await;
    for (changes, copied, copies) in
        [(false, true, 1), (false, false, 1), (true, true, 2), (false, false, 2), (true, true, 3)]
    {
        if changes {
            deployment.rotates(Purpose::Content).await;
        }
        assert_eq!(deployment.copies().await.unwrap()["copied"], copied);
        assert_eq!(deployment.edge.bucket.names().len(), copies);
    }
    let newest = deployment.edge.bucket.objects().pop().unwrap();
    // The newest comes first by its name.
    assert_eq!(deployment.edge.bucket.names()[0], newest.0);
    let backup = KeyBackup::parse(std::str::from_utf8(&newest.1).unwrap()).unwrap();
    assert_eq!(backup.keys().unwrap().len(), 5);
    let by = deployment.events("crypt_keys_backed_up").await;
    assert!(by.len() == 3 && by.iter().all(|event| event["by"] == "copy_keyring"), "{by:?}");
}

#[tokio::test]
async fn a_copy_is_never_older_than_half_a_day() {
    let deployment = Deployment::start().await;
    deployment.copies().await.unwrap();
    deployment.app.clock.advance(Duration::from_hours(11));
    assert_eq!(deployment.copies().await.unwrap(), json!({"copied": false}));
    deployment.app.clock.advance(Duration::from_hours(2));
    assert_eq!(deployment.copies().await.unwrap()["copied"], true);
}

#[tokio::test]
async fn what_the_bucket_did_not_take_is_copied_by_the_next_run() {
    let deployment = Deployment::start().await;
    deployment.edge.bucket.breaks(true);
    deployment.copies().await.unwrap_err();
    deployment.edge.bucket.breaks(false);
    assert_eq!(deployment.copies().await.unwrap()["copied"], true);
}

#[tokio::test]
async fn before_there_are_keys_there_is_nothing_to_copy() {
    let deployment = Deployment::start().await;
    deployment.run("DELETE FROM keys.keyring").await;
    assert_eq!(deployment.copies().await.unwrap(), json!({"copied": false}));
}

#[tokio::test]
async fn what_was_retired_a_day_ago_is_destroyed_and_nothing_else() {
    let deployment = Deployment::start().await;
    let sealed_under = deployment.app.app.active_key(Purpose::Content).await.unwrap().id;
    deployment.rotates(Purpose::Content).await;
    let before = deployment.keyring().await;
    deployment.run("UPDATE keys.keyring SET state = 'retired', retired_at = now() - interval '23 hours' WHERE state = 'opening'").await;
    deployment.copies().await.unwrap();
    assert!(deployment.keyring().await.iter().all(|key| !key.3.is_empty()));
    deployment
        .run("UPDATE keys.keyring SET retired_at = now() - interval '25 hours' WHERE state = 'retired'")
        .await;
    for _ in 0..2 {
        deployment.copies().await.unwrap();
    }
    let after = deployment.keyring().await;
    for (then, now) in before.iter().zip(&after) {
        assert_eq!(now.3.is_empty(), now.0 == sealed_under);
        assert!(now.0 == sealed_under || then == now);
    }
    // What is sealed under it is closed for good, which is no failure of KMS.
    let cold = deployment.app.cold_environment();
    assert!(cold.keyring_key(sealed_under, &[Purpose::Content]).await.unwrap().is_none());
    assert_eq!(deployment.events("crypt_key_destroyed").await, [json!({"purpose": "content"})]);
}
