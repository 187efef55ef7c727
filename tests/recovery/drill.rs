//! The drill: an empty database, a dump and a copy of the keyring, and everything opens.

use keys::copy_keyring;
use serde_json::json;
use shared::crypto::Purpose;
use shared::database::Database;
use shared::keys::KmsKeys;
use testkit::{FakeLockedBucket, TestApp, TestDatabase};

use crate::words::{
    READ, SEND, group, kms_keys, opened_by_an_owner, reading, recovers, rotates, sending, sends, texts,
};

/// What a dump leaves out so that it holds no key, not even a wrapped one.
const WITHOUT_KEYS: &str = "--exclude-table-data=keys.keyring";

/// What seals something and is left out of the dump is not missed while the dump is restored: `NOT VALID` leaves what is there unchecked.
#[tokio::test]
async fn no_constraint_needs_the_keyring_when_a_dump_is_restored() {
    let app = TestApp::start().await;
    let constraints: Vec<(String, bool)> = sqlx::query_as(
        "SELECT conname::text, convalidated FROM pg_constraint WHERE contype = 'f' AND confrelid = 'keys.keyring'::regclass",
    )
    .fetch_all(&mut app.database.connect().await)
    .await
    .unwrap();
    assert!(constraints.len() >= 7, "{constraints:?}");
    let in_the_way: Vec<_> = constraints.into_iter().filter(|(_, validated)| *validated).collect();
    assert_eq!(in_the_way, []);
}

/// A deployment with twenty conversations under two keyring keys, and what was said in them.
async fn talks(app: &TestApp) -> Vec<(testkit::Somebody, shared::id::ConversationId, Vec<String>)> {
    let bob = app.somebody("bob").await;
    let mut said = Vec::new();
    for number in 0..20 {
        let alice = app.somebody(&format!("alice{number}")).await;
        let chat = group(app, &[&alice, &bob]).await;
        let mut lines = Vec::new();
        for line in 0..5 {
            let text = format!("line {line} of conversation {number}");
            sends(app, if line % 2 == 0 { &alice } else { &bob }, chat, &text).await;
            lines.push(text);
        }
        said.push((alice, chat, lines));
        if number == 9 {
            rotates(app, Purpose::Content).await;
            // Environments find out within a quarter of an hour.
            app.clock.advance(std::time::Duration::from_mins(16));
        }
    }
    said
}

#[tokio::test]
async fn from_an_empty_database_a_dump_and_a_copy_of_the_keyring_everything_opens() {
    let app = TestApp::start().await;
    let said = talks(&app).await;
    let backups = FakeLockedBucket::default();
    copy_keyring::handle(&app.app, &kms_keys(), &backups).await.unwrap();
    let dump = app.database.dump(&[WITHOUT_KEYS]).await;

    let restored = app.over(TestDatabase::restore(dump).await).await;
    // Without its keys the dump is worth nothing, whatever one may ask of KMS.
    assert_eq!(opened_by_an_owner(&restored).await, 0);
    let (alice, chat, lines) = &said[0];
    let page = restored.call(READ, reading(alice, *chat)).await;
    assert!(texts(&page).iter().all(Option::is_none) && texts(&page).len() == lines.len());

    let recovered = recovers(&restored.app, &backups).await;
    assert_eq!(recovered["keys"].as_array().unwrap().len(), 4);
    assert_eq!(opened_by_an_owner(&restored).await, 100);
    let cold = restored.cold_environment();
    for (alice, chat, lines) in &said {
        let page = reading(alice, *chat).through(&cold, READ).await;
        let expected: Vec<_> = lines.iter().cloned().map(Some).collect();
        assert_eq!(texts(&page), expected);
    }
    // And it goes on, under the key that was active.
    sending(alice, *chat, "after the fire").through(&cold, SEND).await.created();
    assert_eq!(
        texts(&reading(alice, *chat).through(&cold, READ).await).last().unwrap().as_deref(),
        Some("after the fire")
    );
    // Once more changes nothing.
    let again = recovers(&restored.app, &backups).await;
    assert!(again["keys"].as_array().unwrap().iter().all(|key| key["outcome"] == "kept"), "{again}");
}

#[tokio::test]
async fn when_the_region_with_its_keys_is_lost_the_recovery_key_opens_everything() {
    let app = TestApp::start().await;
    let said = talks(&app).await;
    let backups = FakeLockedBucket::default();
    copy_keyring::handle(&app.app, &kms_keys(), &backups).await.unwrap();
    // A dump with the keyring in it: what it has does not open any more either.
    let dump = app.database.dump(&[]).await;
    let restored = app.over(TestDatabase::restore(dump).await).await;
    app.kms.disables("fake");
    assert_eq!(opened_by_an_owner(&restored).await, 0);
    let [content, credentials, media] = [(); 3].map(|()| "elsewhere".to_owned());
    let elsewhere = KmsKeys { content, credentials, media, ..kms_keys() };
    let recovered = keys::recover_keys::handle(&restored.app, &elsewhere, &backups, json!({})).await.unwrap();
    let keys = recovered["keys"].as_array().unwrap();
    assert!(
        keys.iter().all(|key| key["outcome"] == "repaired" && key["opened_by"] == "recovery"),
        "{recovered}"
    );
    // Nobody needs the recovery key any more.
    app.kms.disables("recovery");
    assert_eq!(opened_by_an_owner(&restored).await, 100);
    for (alice, chat, lines) in said.iter().step_by(7) {
        let page = reading(alice, *chat).through(&restored.cold_environment(), READ).await;
        assert_eq!(texts(&page).into_iter().flatten().collect::<Vec<_>>(), *lines);
    }
}

/// The migration function does not make new keys where old ones are lost: they would open nothing.
#[tokio::test]
async fn a_lost_keyring_is_not_replaced_by_a_new_one() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    group(&app, &[&alice]).await;
    let restored = app.over(TestDatabase::restore(app.database.dump(&[WITHOUT_KEYS]).await).await).await;
    let migrating = shared::App::new(
        Database::at(&restored.database.url()).unwrap(),
        std::sync::Arc::clone(&app.kms) as _,
        std::sync::Arc::clone(&app.clock) as _,
        std::sync::Arc::new(shared::random::SystemRandom),
    );
    let failure = admin::migrate_database::handle(&migrating, json!({})).await.unwrap_err();
    assert!(matches!(failure, admin::migrate_database::MigrationFailure::KeyringLost), "{failure}");
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM keys.keyring")
        .fetch_one(&mut restored.connect().await)
        .await
        .unwrap();
    assert_eq!(keys, 0);
}
