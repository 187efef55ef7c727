//! What was destroyed opens for nobody who has a database and may call KMS, and does not come back with a backup.

use testkit::{FakeLockedBucket, TestApp, TestDatabase};

use crate::words::{
    READ, carries, deletes, group, leaves, opened_by_an_owner, reading, replays, sends, texts,
};

#[tokio::test]
async fn what_was_shredded_opens_for_nobody_with_a_dump_and_kms() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (deleted, left, kept) =
        (group(&app, &[&alice, &bob]).await, group(&app, &[&bob]).await, group(&app, &[&alice]).await);
    for chat in [deleted, kept] {
        for number in 0..10 {
            sends(&app, &alice, chat, &format!("secret {number}")).await;
        }
    }
    sends(&app, &bob, left, "to myself").await;
    assert_eq!(opened_by_an_owner(&app).await, 21);
    deletes(&app, &alice, deleted).await;
    leaves(&app, &bob, left).await;
    let dump = app.database.dump(&[]).await;
    let restored = app.over(TestDatabase::restore(dump).await).await;
    // Their ciphertexts are in it; that they say anything is over.
    let ciphertexts: i64 = sqlx::query_scalar("SELECT count(*) FROM messages WHERE sealed IS NOT NULL")
        .fetch_one(&mut restored.connect().await)
        .await
        .unwrap();
    assert!(ciphertexts >= 21, "{ciphertexts}");
    assert_eq!(opened_by_an_owner(&restored).await, 10);
}

#[tokio::test]
async fn a_restored_backup_opens_nothing_that_was_shredded_once_the_ledger_is_replayed() {
    let app = TestApp::start().await;
    let ledger = FakeLockedBucket::default();
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (deleted, kept) = (group(&app, &[&alice, &bob]).await, group(&app, &[&alice, &bob]).await);
    for chat in [deleted, kept] {
        for number in 0..10 {
            sends(&app, &alice, chat, &format!("secret {number}")).await;
        }
    }
    let dump = app.database.dump(&[]).await;
    deletes(&app, &alice, deleted).await;
    // The bucket was away at first: the ledger is complete all the same.
    ledger.breaks(true);
    keys::write_shreds::handle(&app.app, &ledger).await.unwrap_err();
    ledger.breaks(false);
    carries(&app.app, &ledger).await;

    let restored = app.over(TestDatabase::restore(dump).await).await;
    // This is why the ledger is replayed before anybody is served.
    assert_eq!(opened_by_an_owner(&restored).await, 20);
    restored.call(READ, reading(&bob, deleted)).await.ok();
    for keys in [1, 0] {
        assert_eq!(replays(&restored.app, &ledger).await["keys"], keys);
        assert_eq!(opened_by_an_owner(&restored).await, 10);
    }
    restored.call(READ, reading(&bob, deleted)).await.problem(404, "not_found");
    assert_eq!(texts(&restored.call(READ, reading(&bob, kept)).await).len(), 10);
    // What the replay destroyed is carried to the ledger as well: the next backup is of this database.
    assert_eq!(carries(&restored.app, &ledger).await["carried"], 1);
}
