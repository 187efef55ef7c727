use keys::recover_keys::RecoveryFailure;
use serde_json::json;
use shared::Problem;
use shared::crypto::Purpose;

use crate::words::{Deployment, outcomes};

#[tokio::test]
async fn the_newest_copy_is_put_back_without_anybody_logging_in() {
    let deployment = Deployment::start().await;
    deployment.copies().await.unwrap();
    deployment.rotates(Purpose::Content).await;
    deployment.copies().await.unwrap();
    let before = deployment.keyring().await;
    deployment.run("DELETE FROM keys.keyring").await;
    // Somebody has hidden it, as far as one can.
    let newest = deployment.edge.bucket.names()[0].clone();
    deployment.edge.bucket.add(&newest, None);
    let recovered = deployment.recovers(json!({})).await.unwrap();
    assert_eq!(outcomes(&recovered).len(), 4);
    assert_eq!(deployment.keyring().await, before);
    let recorded = deployment.events("crypt_keys_restored").await;
    assert_eq!(recorded.len(), 1);
}

#[tokio::test]
async fn another_copy_is_put_back_by_its_name_or_as_it_was_kept() {
    let deployment = Deployment::start().await;
    let backup = deployment.backs_up().await;
    let before = deployment.keyring().await;
    for event in [json!({"name": backup["name"]}), json!({"document": backup["document"]})] {
        deployment.run("DELETE FROM keys.keyring").await;
        deployment.recovers(event).await.unwrap();
        assert_eq!(deployment.keyring().await, before);
    }
}

#[tokio::test]
async fn what_cannot_be_recovered_is_told() {
    let deployment = Deployment::start().await;
    assert!(matches!(deployment.recovers(json!({})).await, Err(RecoveryFailure::NoCopy(_))));
    let backup = deployment.backs_up().await;
    let unknown = deployment.recovers(json!({"name": "nothing"})).await;
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "the bucket has no copy of this deployment's keyring called nothing"
    );
    for event in [json!({"names": []}), json!([]), json!({"name": 1})] {
        assert!(matches!(deployment.recovers(event).await, Err(RecoveryFailure::Event(_))));
    }
    deployment.run("DELETE FROM keys.keyring").await;
    let torn = json!({"document": &backup["document"].as_str().unwrap()[..500]});
    let failure = deployment.recovers(torn).await.unwrap_err();
    assert!(matches!(failure, RecoveryFailure::Problem(Problem::BackupTorn)), "{failure}");
    deployment.edge.bucket.breaks(true);
    let failure = deployment.recovers(json!({})).await.unwrap_err();
    assert!(matches!(failure, RecoveryFailure::Problem(Problem::Unavailable(_))), "{failure}");
    assert!(deployment.keyring().await.is_empty());
}
