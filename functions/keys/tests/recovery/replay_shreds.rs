use keys::replay_shreds::{self, ReplayFailure};
use keys::{Ledger, Shred, ShredKind};
use serde_json::{Value, json};
use shared::clock::Clock;
use testkit::{FakeLockedBucket, TestApp};
use time::Duration;
use uuid::Uuid;

async fn deployment(app: &TestApp) -> Uuid {
    sqlx::query_scalar("SELECT id FROM deployment").fetch_one(&mut app.connect().await).await.unwrap()
}

fn shred(kind: ShredKind, id: Uuid, epochs: &[i32]) -> Shred {
    Shred { kind, id, epochs: epochs.to_vec(), at: "2026-11-24T12:00:00.000000Z".to_owned() }
}

/// Puts into the ledger what was carried there so long ago.
async fn carried(app: &TestApp, bucket: &FakeLockedBucket, ago: Duration, shreds: Vec<Shred>) {
    let ledger = Ledger::new(deployment(app).await, shreds);
    bucket.add(&ledger.object_name(app.clock.now() - ago), Some(ledger.to_json().as_bytes()));
}

async fn replays(app: &TestApp, bucket: &FakeLockedBucket, event: Value) -> Value {
    replay_shreds::handle(&app.app, bucket, event).await.unwrap()
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut app.connect().await).await.unwrap()
}

#[tokio::test]
async fn what_was_destroyed_is_destroyed_again_and_nothing_else() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (ended, aged, other) =
        (app.group(&[&alice, &bob]).await, app.group(&[&alice]).await, app.group(&[&alice, &bob]).await);
    sqlx::query(
        "INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
         SELECT conversation_id, 2, keyring_id, sealed FROM conversation_keys",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let shreds =
        vec![shred(ShredKind::Conversation, ended.0, &[1]), shred(ShredKind::Epochs, aged.0, &[1, 7])];
    carried(&app, &bucket, Duration::ZERO, shreds).await;
    // Of somebody whom this backup does not know yet.
    let unknown = vec![
        shred(ShredKind::Account, Uuid::from_u128(1), &[]),
        shred(ShredKind::Conversation, Uuid::from_u128(2), &[1]),
    ];
    carried(&app, &bucket, Duration::ZERO, unknown).await;

    let told = replays(&app, &bucket, json!({})).await;
    // Every key of what ended, whether it was known to the ledger or not; of the other the one epoch.
    assert_eq!(told, json!({"objects": 2, "conversations": 1, "keys": 3, "accounts": 0}));
    let left: Vec<(Uuid, i32)> = sqlx::query_as(
        "SELECT conversation_id, epoch FROM conversation_keys ORDER BY conversation_id, epoch",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let mut expected = vec![(aged.0, 2), (other.0, 1), (other.0, 2)];
    expected.sort();
    assert_eq!(left, expected);
    assert_eq!(count(&app, "SELECT count(*) FROM conversations WHERE deleted_at IS NOT NULL").await, 1);
    assert_eq!(count(&app, "SELECT count(*) FROM members WHERE left_at IS NOT NULL").await, 2);
    assert_eq!(count(&app, "SELECT count(*) FROM outbox WHERE type = 'conversation.deleted'").await, 1);

    let again = replays(&app, &bucket, json!({})).await;
    assert_eq!(again, json!({"objects": 2, "conversations": 0, "keys": 0, "accounts": 0}));
    assert_eq!(
        count(&app, "SELECT count(*) FROM audit_events WHERE event = 'crypt_shreds_replayed'").await,
        2
    );
}

#[tokio::test]
async fn an_account_is_erased_again_with_what_hung_on_it() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    app.group(&[&alice, &bob]).await;
    app.group(&[&alice]).await;
    carried(&app, &bucket, Duration::ZERO, vec![shred(ShredKind::Account, alice.id.0, &[])]).await;
    assert_eq!(replays(&app, &bucket, json!({})).await["accounts"], 1);
    assert_eq!(
        count(&app, "SELECT count(*) FROM users WHERE deleted_at IS NOT NULL AND username LIKE '~%'").await,
        1
    );
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 1);
    // The group of one has ended, with its key; the other has an heir.
    assert_eq!(count(&app, "SELECT count(*) FROM conversation_keys").await, 1);
    let owner: Uuid =
        sqlx::query_scalar("SELECT user_id FROM members WHERE role = 'owner' AND left_at IS NULL")
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    assert_eq!(owner, bob.id.0);
    assert_eq!(replays(&app, &bucket, json!({})).await["accounts"], 0);
    assert_eq!(count(&app, "SELECT count(*) FROM audit_events WHERE event = 'user_deleted'").await, 1);
}

#[tokio::test]
async fn what_is_older_than_asked_for_is_left_out() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    for days in 1..=3 {
        let shreds = vec![shred(ShredKind::Conversation, Uuid::from_u128(1), &[])];
        carried(&app, &bucket, Duration::days(days), shreds).await;
    }
    let since = app.clock.now() - Duration::hours(30);
    let since = since.format(&time::format_description::well_known::Rfc3339).unwrap();
    assert_eq!(replays(&app, &bucket, json!({"since": since})).await["objects"], 1);
    assert_eq!(replays(&app, &bucket, json!({})).await["objects"], 3);
    for bad in [json!({"since": "yesterday"}), json!({"until": since}), json!({"since": 1})] {
        assert!(replay_shreds::handle(&app.app, &bucket, bad).await.is_err());
    }
}

#[tokio::test]
async fn nobody_hides_or_spoils_a_part_of_the_ledger_unseen() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let alice = app.somebody("alice").await;
    let (first, second) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    carried(&app, &bucket, Duration::hours(2), vec![shred(ShredKind::Conversation, first.0, &[1])]).await;
    // The mark of a deletion hides it from a list, but not from ours.
    bucket.add(&bucket.names()[0].clone(), None);
    carried(&app, &bucket, Duration::ZERO, vec![shred(ShredKind::Conversation, second.0, &[1])]).await;
    let foreign = Ledger::new(Uuid::from_u128(9), Vec::new());
    let name = format!("{}zzz.json", Ledger::names_of(deployment(&app).await));
    bucket.add(&name, Some(foreign.to_json().as_bytes()));
    let failure = replay_shreds::handle(&app.app, &bucket, json!({})).await.unwrap_err();
    assert!(matches!(&failure, ReplayFailure::Unreadable(names) if *names == name), "{failure}");
    // All the rest is done.
    assert_eq!(count(&app, "SELECT count(*) FROM conversation_keys").await, 0);
    bucket.breaks(true);
    let failure = replay_shreds::handle(&app.app, &bucket, json!({})).await.unwrap_err();
    assert!(matches!(failure, ReplayFailure::Bucket(_)), "{failure}");
}
