use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keys::{KeyBackup, hexadecimal};
use serde_json::json;
use shared::crypto::Purpose;
use testkit::KmsMood;

use crate::words::Deployment;

#[tokio::test]
async fn a_copy_is_in_the_bucket_in_the_answer_and_in_the_log() {
    let deployment = Deployment::start().await;
    let round_trips = deployment.app.proxy.round_trips();
    let backup = deployment.backs_up().await;
    // Each statement is parsed once: the keyring is read, and the copy noted when it is there.
    assert!(deployment.app.proxy.round_trips() - round_trips <= 4);
    let document = backup["document"].as_str().unwrap().as_bytes().to_vec();
    let name = backup["name"].as_str().unwrap().to_owned();
    assert_eq!(deployment.edge.bucket.objects(), [(name, document)]);
    let keys = backup["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key["active"] == true && key["recoverable"] == true), "{keys:?}");
    let recorded = deployment.events("crypt_keys_backed_up").await;
    assert_eq!(recorded, [json!({"digest": backup["digest"]})]);
    // And again: another copy, of the same.
    deployment.backs_up().await;
    assert_eq!(deployment.edge.bucket.names().len(), 2);
    // The schedule finds nothing to do after that.
    assert_eq!(deployment.copies().await.unwrap(), json!({"copied": false}));
}

#[tokio::test]
async fn no_key_is_in_it_in_clear() {
    let deployment = Deployment::start().await;
    let backup = deployment.backs_up().await;
    let document = backup["document"].as_str().unwrap();
    for purpose in Purpose::ALL {
        let key = deployment.app.app.active_key(purpose).await.unwrap().key;
        let bytes = key.expose().as_slice();
        assert!(!document.contains(&STANDARD.encode(bytes)));
        assert!(!document.contains(&hexadecimal(bytes)));
    }
}

#[tokio::test]
async fn what_is_retired_is_not_in_it() {
    let deployment = Deployment::with_recovery_key(None).await;
    deployment.rotates(Purpose::Content).await;
    assert_eq!(deployment.backs_up().await["keys"].as_array().unwrap().len(), 4);
    deployment.run("UPDATE keys.keyring SET state = 'retired' WHERE state = 'opening'").await;
    let backup = deployment.backs_up().await;
    let keys = backup["keys"].as_array().unwrap();
    assert!(keys.len() == 3 && keys.iter().all(|key| key["recoverable"] == false), "{keys:?}");
    KeyBackup::parse(backup["document"].as_str().unwrap()).unwrap();
}

#[tokio::test]
async fn only_an_admin_takes_one() {
    let deployment = Deployment::start().await;
    let alice = deployment.app.somebody("alice").await;
    for role in ["user", "moderator", "auditor"] {
        sqlx::query("UPDATE users SET role = $1 WHERE username = 'alice'")
            .bind(role)
            .execute(&mut deployment.app.connect().await)
            .await
            .unwrap();
        deployment.backs_up_as(&alice).await.problem(403, "role_required");
    }
    assert_eq!(deployment.events("authz_fail").await.len(), 3);
    deployment.run("UPDATE sessions SET revoked_at = now()").await;
    deployment.backs_up_as(&deployment.root).await.problem(401, "unauthenticated");
    assert!(deployment.edge.bucket.names().is_empty());
}

#[tokio::test]
async fn what_is_away_is_told_and_nothing_is_recorded() {
    let deployment = Deployment::start().await;
    deployment.edge.bucket.breaks(true);
    deployment.backs_up_as(&deployment.root).await.problem(503, "unavailable");
    deployment.edge.bucket.breaks(false);
    deployment.app.kms.set_mood(KmsMood::Unavailable);
    deployment.backs_up_as(&deployment.root).await.problem(503, "unavailable");
    deployment.app.kms.set_mood(KmsMood::Well);
    deployment.run("DELETE FROM keys.keyring").await;
    deployment.backs_up_as(&deployment.root).await.problem(503, "unavailable");
    assert!(deployment.edge.bucket.names().is_empty());
    assert!(deployment.events("crypt_keys_backed_up").await.is_empty());
}
