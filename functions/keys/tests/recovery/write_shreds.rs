use keys::{Ledger, ShredKind, write_shreds};
use serde_json::json;
use shared::id::ConversationId;
use testkit::{FakeLockedBucket, TestApp};
use uuid::Uuid;

async fn carries(app: &TestApp, bucket: &FakeLockedBucket) -> usize {
    let carried = write_shreds::handle(&app.app, bucket).await.unwrap();
    usize::try_from(carried["carried"].as_u64().unwrap()).unwrap()
}

/// What the ledger says by now.
async fn ledger(app: &TestApp, bucket: &FakeLockedBucket) -> Vec<(ShredKind, Uuid, Vec<i32>)> {
    let deployment: Uuid =
        sqlx::query_scalar("SELECT id FROM deployment").fetch_one(&mut app.connect().await).await.unwrap();
    let mut objects = bucket.objects();
    objects.sort();
    let read =
        objects.iter().flat_map(|(_, content)| Ledger::parse(deployment, content).unwrap().shreds().to_vec());
    read.map(|shred| (shred.kind, shred.id, shred.epochs)).collect()
}

async fn run(app: &TestApp, statements: &'static str) {
    sqlx::raw_sql(statements).execute(&mut app.connect().await).await.unwrap();
}

async fn waiting(app: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM shreds").fetch_one(&mut app.connect().await).await.unwrap()
}

async fn destroys(app: &TestApp, statement: &'static str, conversation: ConversationId) {
    sqlx::query(statement).bind(conversation.0).execute(&mut app.connect().await).await.unwrap();
}

#[tokio::test]
async fn whatever_destroys_is_carried_once() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (ended, aged) = (app.group(&[&alice, &bob]).await, app.group(&[&alice]).await);
    assert_eq!(carries(&app, &bucket).await, 0);
    assert!(bucket.names().is_empty(), "nothing is no object");

    destroys(&app, "UPDATE conversations SET deleted_at = now() WHERE id = $1", ended).await;
    destroys(&app, "DELETE FROM conversation_keys WHERE conversation_id = $1", ended).await;
    let more = "INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
                SELECT conversation_id, epoch + place, keyring_id, sealed
                FROM conversation_keys, generate_series(1, 3) AS place WHERE conversation_id = $1";
    destroys(&app, more, aged).await;
    destroys(&app, "DELETE FROM conversation_keys WHERE conversation_id = $1 AND epoch IN (1, 3)", aged)
        .await;
    sqlx::query("UPDATE users SET deleted_at = now() WHERE id = $1")
        .bind(bob.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    // What changes nothing is nothing.
    run(&app, "UPDATE users SET deleted_at = now() WHERE deleted_at IS NOT NULL").await;
    run(&app, "DELETE FROM conversation_keys WHERE false").await;

    assert_eq!(carries(&app, &bucket).await, 3);
    assert_eq!(carries(&app, &bucket).await, 0);
    assert_eq!(waiting(&app).await, 0);
    let expected = [
        (ShredKind::Conversation, ended.0, vec![1]),
        (ShredKind::Epochs, aged.0, vec![1, 3]),
        (ShredKind::Account, bob.id.0, vec![]),
    ];
    assert_eq!(ledger(&app, &bucket).await, expected);
}

#[tokio::test]
async fn what_the_bucket_does_not_take_waits_and_is_never_lost() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let alice = app.somebody("alice").await;
    bucket.breaks(true);
    for destroyed in 1..=3 {
        let group = app.group(&[&alice]).await;
        destroys(&app, "DELETE FROM conversation_keys WHERE conversation_id = $1", group).await;
        write_shreds::handle(&app.app, &bucket).await.unwrap_err();
        assert_eq!(waiting(&app).await, destroyed);
    }
    bucket.breaks(false);
    assert_eq!(carries(&app, &bucket).await, 3);
    assert_eq!(ledger(&app, &bucket).await.len(), 3);
}

/// It was carried, and the database went away before that was noted: it is carried again, and says the same.
#[tokio::test]
async fn what_is_carried_twice_says_the_same() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let alice = app.somebody("alice").await;
    let group = app.group(&[&alice]).await;
    destroys(&app, "DELETE FROM conversation_keys WHERE conversation_id = $1", group).await;
    run(
        &app,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
               CREATE TRIGGER refuse BEFORE DELETE ON shreds FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
    )
    .await;
    write_shreds::handle(&app.app, &bucket).await.unwrap_err();
    run(&app, "DROP TRIGGER refuse ON shreds").await;
    assert_eq!(carries(&app, &bucket).await, 1);
    let said = ledger(&app, &bucket).await;
    assert_eq!((said.len(), &said[0]), (2, &said[1]));
}

#[tokio::test]
async fn what_is_rolled_back_was_not_destroyed() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    app.group(&[&alice]).await;
    run(&app, "BEGIN; DELETE FROM conversation_keys; UPDATE users SET deleted_at = now(); ROLLBACK").await;
    assert_eq!(waiting(&app).await, 0);
}

#[tokio::test]
async fn more_than_one_object_holds_are_carried_by_one_run() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    run(&app, "INSERT INTO shreds (kind, subject_id) SELECT 'account', gen_random_uuid() FROM generate_series(1, 2500)").await;
    assert_eq!(carries(&app, &bucket).await, 2_500);
    assert_eq!(bucket.objects().len(), 3);
    assert_eq!(write_shreds::handle(&app.app, &bucket).await.unwrap(), json!({"carried": 0}));
}
