use keys::{KeyBackup, hexadecimal};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::crypto::Purpose;
use testkit::KmsMood;

use crate::words::{Deployment, outcomes};

fn document(backup: &Value) -> String {
    backup["document"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_there_and_opens_stays_and_a_repeat_changes_nothing() {
    let deployment = Deployment::start().await;
    let (backup, before) = (document(&deployment.backs_up().await), deployment.keyring().await);
    for _ in 0..2 {
        let restored = deployment.restores(&backup).await.ok();
        let expected = ("kept".to_owned(), "own".to_owned());
        assert_eq!(outcomes(&restored), [expected.clone(), expected.clone(), expected]);
    }
    assert_eq!(deployment.keyring().await, before);
    let events = deployment.events("crypt_keys_restored").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["keys"][0]["outcome"], "kept");
}

#[tokio::test]
async fn what_is_missing_is_added_and_what_does_not_open_is_repaired() {
    let deployment = Deployment::start().await;
    deployment.rotates(Purpose::Content).await;
    let (backup, before) = (document(&deployment.backs_up().await), deployment.keyring().await);
    deployment.run("DELETE FROM keys.keyring WHERE state = 'opening'").await;
    deployment.run("UPDATE keys.keyring SET wrapped = '\\x00' WHERE purpose = 'credentials'").await;
    let restored = deployment.restores(&backup).await.ok();
    let mut found = outcomes(&restored);
    found.sort();
    let word = |outcome: &str| (outcome.to_owned(), "own".to_owned());
    assert_eq!(found, [word("added"), word("kept"), word("kept"), word("repaired")]);
    assert_eq!(deployment.keyring().await, before);
}

#[tokio::test]
async fn a_key_that_followed_another_takes_its_place() {
    let deployment = Deployment::start().await;
    // A dump from before the rotation, the backup from after it.
    let dump = deployment.app.database.dump(&[]).await;
    let followed = deployment.rotates(Purpose::Content).await;
    let (backup, after) = (document(&deployment.backs_up().await), deployment.keyring().await);
    let restored = Deployment {
        app: deployment.app.over(testkit::TestDatabase::restore(dump).await).await,
        edge: deployment.edge.clone(),
        root: deployment.root,
    };
    let answer = restored.restores(&backup).await.ok();
    assert_eq!(outcomes(&answer).iter().filter(|(outcome, _)| outcome == "added").count(), 1);
    assert_eq!(restored.keyring().await, after);
    assert_eq!(restored.app.app.active_key(Purpose::Content).await.unwrap().id, followed);
}

#[tokio::test]
async fn a_lost_region_is_recovered_from_by_the_recovery_key() {
    let deployment = Deployment::start().await;
    let backup = document(&deployment.backs_up().await);
    deployment.run("DELETE FROM keys.keyring").await;
    // The deployment's own keys are gone; another one was made.
    deployment.app.kms.disables("fake");
    deployment.restores(&backup).await.ok();
    let keyring = deployment.keyring().await;
    // Wrapped under what the deployment is configured with, so that nobody else needs the recovery key.
    assert!(keyring.len() == 3 && keyring.iter().all(|key| key.4 == "fake"), "{keyring:?}");
    deployment.app.kms.enables_all();
    for purpose in Purpose::ALL {
        deployment.app.cold_environment().active_key(purpose).await.unwrap();
    }
}

#[tokio::test]
async fn without_a_recovery_key_nothing_opens_what_its_own_does_not() {
    let deployment = Deployment::with_recovery_key(None).await;
    let backup = document(&deployment.backs_up().await);
    deployment.run("DELETE FROM keys.keyring").await;
    deployment.app.kms.disables("fake");
    deployment.restores(&backup).await.problem(422, "backup_key_closed");
    assert!(deployment.keyring().await.is_empty());
    deployment.app.kms.set_mood(KmsMood::Unavailable);
    deployment.app.kms.enables_all();
    deployment.restores(&backup).await.problem(503, "unavailable");
    assert!(deployment.keyring().await.is_empty());
}

#[tokio::test]
async fn a_torn_one_is_refused_wherever_it_is_torn() {
    let deployment = Deployment::start().await;
    let (backup, before) = (document(&deployment.backs_up().await), deployment.keyring().await);
    for cut in [0, 1, backup.len() / 3, backup.len() / 2, backup.len() - 1] {
        deployment.restores(&backup[..cut]).await.problem(422, "backup_torn");
    }
    let mut without_a_key: Value = serde_json::from_str(&backup).unwrap();
    without_a_key["backup"]["keys"].as_array_mut().unwrap().pop();
    deployment.restores(&without_a_key.to_string()).await.problem(422, "backup_torn");
    for other in ["", "{}", "null", "[]", "not json at all"] {
        deployment.restores(other).await.problem(422, "backup_torn");
    }
    assert_eq!(deployment.keyring().await, before);
    let refused = deployment.events("crypt_key_backup_refused").await;
    assert!(refused.len() == 11 && refused.iter().all(|event| event["reason"] == "torn"), "{refused:?}");
}

#[tokio::test]
async fn one_that_lacks_a_key_in_use_is_outdated() {
    let deployment = Deployment::start().await;
    let old = document(&deployment.backs_up().await);
    deployment.rotates(Purpose::Content).await;
    let before = deployment.keyring().await;
    deployment.restores(&old).await.problem(409, "backup_outdated");
    assert_eq!(deployment.keyring().await, before);
    // A retired key is in no copy, and is not missed.
    let new = document(&deployment.backs_up().await);
    deployment.run("UPDATE keys.keyring SET state = 'retired' WHERE state = 'opening'").await;
    deployment.restores(&new).await.ok();
    assert_eq!(deployment.number("SELECT count(*) FROM keys.keyring WHERE state = 'retired'").await, 1);
}

#[tokio::test]
async fn another_deployments_is_refused() {
    let deployment = Deployment::start().await;
    let backup = document(&deployment.backs_up().await);
    deployment.run("UPDATE deployment SET id = gen_random_uuid()").await;
    deployment.restores(&backup).await.problem(409, "backup_of_another_deployment");
    assert_eq!(
        deployment.events("crypt_key_backup_refused").await,
        [json!({"reason": "another_deployment"})]
    );
}

/// Its digest is right, but nobody who had no key made it so.
#[tokio::test]
async fn a_forged_one_is_refused() {
    let deployment = Deployment::start().await;
    let (backup, before) = (document(&deployment.backs_up().await), deployment.keyring().await);
    let forged = |change: &dyn Fn(&mut Value)| {
        let mut forged: Value = serde_json::from_str(&backup).unwrap();
        change(&mut forged);
        with_digest(&forged)
    };
    // An older state of the same keys: one that seals no more would seal again.
    let steps_back = forged(&|forged| forged["backup"]["keys"][0]["active"] = json!(false));
    deployment.restores(&steps_back).await.problem(422, "backup_not_authentic");
    let later = forged(&|forged| forged["backup"]["made_at"] = json!("2030-01-01T00:00:00.000Z"));
    deployment.restores(&later).await.problem(422, "backup_not_authentic");
    let other_mac = forged(&|forged| forged["mac"]["value"] = json!("00".repeat(32)));
    deployment.restores(&other_mac).await.problem(422, "backup_not_authentic");
    // Vouched for by a key that is not in it.
    let nobody = forged(&|forged| forged["mac"]["keyring_id"] = json!(testkit::new_id()));
    deployment.restores(&nobody).await.problem(422, "backup_not_authentic");
    // By the other purpose's key, which is no content key.
    let credentials = forged(&|forged| {
        let keys = forged["backup"]["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["purpose"] == "credentials").unwrap();
        let id = key["id"].clone();
        forged["mac"]["keyring_id"] = id;
    });
    deployment.restores(&credentials).await.problem(422, "backup_not_authentic");
    // With a key of the forger's own, which this deployment's KMS never wrapped.
    let own = forged(&|forged| {
        let mut key = forged["backup"]["keys"][0].clone();
        key["id"] = json!(testkit::new_id());
        key["active"] = json!(false);
        forged["backup"]["keys"].as_array_mut().unwrap().push(key);
    });
    deployment.restores(&own).await.problem(422, "backup_key_closed");
    assert_eq!(deployment.keyring().await, before);
}

/// The document with the digest that its content has now.
fn with_digest(document: &Value) -> String {
    let content = ordered(&document["backup"]);
    let digest = hexadecimal(&Sha256::digest(&content));
    let text = format!("{{\"backup\":{content},\"digest\":\"{digest}\",\"mac\":{}}}", document["mac"]);
    // Whole, but for the MAC.
    KeyBackup::parse(&text).map(|_| text).unwrap()
}

/// The content with its fields in the order of the format.
fn ordered(content: &Value) -> String {
    let wrapped = |wrapped: &Value| {
        if wrapped.is_null() {
            return "null".to_owned();
        }
        format!("{{\"kms_key\":{},\"blob\":{}}}", wrapped["kms_key"], wrapped["blob"])
    };
    let keys: Vec<String> = content["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            format!(
                "{{\"id\":{},\"purpose\":{},\"active\":{},\"wrapped\":{},\"recovery\":{}}}",
                key["id"],
                key["purpose"],
                key["active"],
                wrapped(&key["wrapped"]),
                wrapped(&key["recovery"])
            )
        })
        .collect();
    format!(
        "{{\"version\":{},\"deployment_id\":{},\"made_at\":{},\"keys\":[{}]}}",
        content["version"],
        content["deployment_id"],
        content["made_at"],
        keys.join(",")
    )
}

#[tokio::test]
async fn only_an_admin_puts_one_back() {
    let deployment = Deployment::start().await;
    let backup = document(&deployment.backs_up().await);
    let alice = deployment.app.somebody("alice").await;
    deployment.restores_as(&alice, &json!({"document": backup})).await.problem(403, "role_required");
    deployment.restores_as(&deployment.root, &json!({})).await.invalid(&[("document", "required")]);
    let body = json!({"document": 1, "force": true});
    deployment
        .restores_as(&deployment.root, &body)
        .await
        .invalid(&[("document", "wrong_type"), ("force", "unknown_field")]);
    assert!(deployment.events("crypt_keys_restored").await.is_empty());
}
