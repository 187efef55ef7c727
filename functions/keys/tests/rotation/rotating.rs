//! The worker `rotate_keys`.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use keys::reseal::{Kind, walk};
use keys::rotate_keys;
use serde_json::json;
use shared::crypto::Purpose;
use shared::id::{ConversationId, Epoch};
use testkit::KmsMood;

use crate::world::{World, behind, kms_keys, number, texts};

/// How many things of each kind are sealed under keys that are not active.
const UNDER_OLD: &str = "WITH old AS (SELECT id FROM keys.keyring WHERE state <> 'active')
    SELECT (SELECT count(*) FROM conversation_keys WHERE keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM users WHERE email_keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM credentials WHERE keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM idempotency WHERE keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM media WHERE details_keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM reports WHERE comment_keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM devices WHERE keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM webhooks WHERE secret_keyring_id IN (SELECT id FROM old))
         + (SELECT count(*) FROM webhooks WHERE old_keyring_id IN (SELECT id FROM old))";
const STATES: &str = "SELECT purpose || ' ' || state FROM keys.keyring ORDER BY purpose, created_at";

#[tokio::test]
async fn everything_is_sealed_under_another_key_and_opens_and_the_old_one_retires() {
    let world = World::new().await;
    world.asks(&json!({"target": "keyring"})).await;
    let run = world.rotates().await;
    assert_eq!((&run["resealed"], &run["failed"]), (&json!(9), &json!(0)), "one of each kind: {run}");
    assert_eq!(number(&world.app, UNDER_OLD).await, 0);
    let states = [
        "content opening",
        "content active",
        "credentials opening",
        "credentials active",
        "media opening",
        "media active",
    ];
    assert_eq!(texts(&world.app, STATES).await, states);
    world.everything_opens().await;
    let rotations = world.inventory().await["rotations"].take();
    for rotation in rotations.as_array().unwrap() {
        assert_eq!(rotation["state"], "running", "an environment may still seal under the old key");
    }

    world.later().await;
    assert_eq!(world.rotates().await["retired"], 3);
    let states = states.map(|state| state.replace("opening", "retired"));
    assert_eq!(texts(&world.app, STATES).await, states);
    let inventory = world.inventory().await;
    let done: Vec<i64> = inventory["rotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rotation| {
            assert_eq!(rotation["state"], "finished");
            rotation["done"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(done.iter().sum::<i64>(), 9);
    world.everything_opens().await;
    world.says("under the new one").await;
    world.everything_opens().await;
    assert_eq!(
        world.rotates().await,
        json!({"resealed": 0, "failed": 0, "rewrapped": 0, "retired": 0, "cut_short": false})
    );

    let events = texts(
        &world.app,
        "SELECT event || ' ' || coalesce((SELECT username FROM users WHERE id = actor_id), '-') FROM audit_events
         WHERE event LIKE 'crypt_key_%' ORDER BY 1",
    );
    let (created, replaced, retired) =
        ("crypt_key_created root", "crypt_key_replaced root", "crypt_key_retired -");
    assert_eq!(
        events.await,
        [created, created, created, replaced, replaced, replaced, retired, retired, retired]
    );
}

#[tokio::test]
async fn what_an_environment_seals_under_the_old_key_meanwhile_is_sealed_again() {
    let world = World::new().await;
    world.asks(&json!({"target": "keyring"})).await;
    // It knows which key is active, and will for a quarter of an hour.
    let late = world.app.cold_environment();
    late.active_key(Purpose::Content).await.unwrap();
    world.rotates().await;
    let conversation: ConversationId = late.new_id().unwrap();
    let (_, sealed) = late.new_epoch_key(conversation, Epoch(1)).await.unwrap();
    behind(
        &world.app,
        format!(
            "WITH created AS (INSERT INTO conversations (id, type, created_by, title_sealed, title_epoch, member_count)
                 SELECT '{conversation}', 'group', id, '', 1, 0 FROM users WHERE username = 'alice')
             INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed)
             VALUES ('{conversation}', 1, '{}', '\\x{}')",
            sealed.keyring,
            keys::hexadecimal(&sealed.sealed),
        ),
    )
    .await;
    assert_eq!(number(&world.app, UNDER_OLD).await, 1);
    world.later().await;
    let run = world.rotates().await;
    assert_eq!((&run["resealed"], &run["retired"]), (&json!(1), &json!(3)));
    assert_eq!(number(&world.app, UNDER_OLD).await, 0);
}

#[tokio::test]
async fn a_key_is_replaced_after_thirty_days_by_itself() {
    let world = World::new().await;
    world.rotates().await;
    assert_eq!(number(&world.app, "SELECT count(*) FROM keys.keyring").await, 3);
    behind(
        &world.app,
        "UPDATE keys.keyring SET created_at = now() - interval '31 days' WHERE purpose = 'content'",
    )
    .await;
    world.rotates().await;
    assert_eq!(
        texts(&world.app, STATES).await,
        ["content opening", "content active", "credentials active", "media active"]
    );
    assert_eq!(world.inventory().await["rotations"][0]["requested_by"], json!(null));
    world.everything_opens().await;
}

#[tokio::test]
async fn what_does_not_open_stays_and_hinders_nothing_else() {
    let world = World::new().await;
    behind(&world.app, "UPDATE reports SET comment_sealed = set_byte(comment_sealed, 60, 0) || '\\x00'")
        .await;
    world.asks(&json!({"target": "keyring", "purpose": "content"})).await;
    let run = world.rotates().await;
    assert_eq!((&run["resealed"], &run["failed"]), (&json!(6), &json!(1)));
    world.later().await;
    for _ in 0..3 {
        let run = world.rotates().await;
        assert_eq!((&run["failed"], &run["retired"]), (&json!(1), &json!(0)));
    }
    let inventory = world.inventory().await;
    let rotation = &inventory["rotations"][0];
    assert_eq!((&rotation["state"], &rotation["failed"]), (&json!("finished"), &json!(1)));
    let old = inventory["items"].as_array().unwrap().iter().find(|key| key["state"] == "opening").unwrap();
    assert_eq!((&old["holds"]["reports"], &old["holds"]["epoch_keys"]), (&json!(1), &json!(0)));
    let events =
        "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail' AND subject_type = 'report'";
    assert_eq!(number(&world.app, events).await, 1, "told once, however often it is tried");
}

#[tokio::test]
async fn a_walk_that_ends_anywhere_is_gone_on_with() {
    let world = World::new().await;
    behind(
        &world.app,
        "INSERT INTO conversations (id, type, created_by, title_sealed, title_epoch, member_count)
         SELECT gen_random_uuid(), 'group', users.id, '', 1, 0 FROM users, generate_series(1, 2500) WHERE username = 'alice'",
    )
    .await;
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM conversations WHERE member_count = 0")
        .fetch_all(&mut world.app.connect().await)
        .await
        .unwrap();
    let mut sealed = Vec::new();
    for id in &ids {
        sealed.push(world.app.app.new_epoch_key((*id).into(), Epoch(1)).await.unwrap().1);
    }
    sqlx::query("INSERT INTO conversation_keys (conversation_id, epoch, keyring_id, sealed) SELECT id, 1, $3, key FROM unnest($1, $2) AS made (id, key)")
        .bind(&ids)
        .bind(sealed.iter().map(|key| key.sealed.clone()).collect::<Vec<_>>())
        .bind(sealed[0].keyring.0)
        .execute(&mut world.app.connect().await)
        .await
        .unwrap();
    let (old, kms_keys) = (world.app.app.active_key(Purpose::Content).await.unwrap(), kms_keys());
    world.asks(&json!({"target": "keyring", "purpose": "content"})).await;
    // The run is killed as soon as the new key is there, before it has sealed everything again.
    let killed = world.app.cold_environment();
    let made = async {
        while number(&world.app, "SELECT count(*) FROM keys.keyring WHERE purpose = 'content'").await < 2 {}
    };
    tokio::select! {
        _ = rotate_keys::handle(&killed, &kms_keys) => {}
        () = made => {}
    }
    let new = world.app.cold_environment().active_key(Purpose::Content).await.unwrap();
    assert_ne!(old.id, new.id);
    let batches = AtomicUsize::new(0);
    let begun =
        walk(&world.app.app, Kind::EpochKey, &old, &new, || batches.fetch_add(1, SeqCst) == 1).await.unwrap();
    assert!(begun.done <= 1_000, "{begun:?}");
    let run = world.rotates().await;
    assert_eq!(run["failed"], 0);
    assert_eq!(number(&world.app, UNDER_OLD).await, 0);
    world.everything_opens().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_make_one_key_and_lose_nothing() {
    let world = World::new().await;
    for _ in 0..3 {
        world.asks(&json!({"target": "all"})).await;
        let (one, other) = (world.app.cold_environment(), world.app.cold_environment());
        let keys = kms_keys();
        let (one, other) = tokio::join!(rotate_keys::handle(&one, &keys), rotate_keys::handle(&other, &keys));
        one.unwrap();
        other.unwrap();
        world.rotates().await;
        world.later().await;
        world.rotates().await;
        assert_eq!(number(&world.app, UNDER_OLD).await, 0);
        assert_eq!(
            number(&world.app, "SELECT count(*) FROM keys.rotations WHERE finished_at IS NULL").await,
            0
        );
        world.says("and on").await;
        world.everything_opens().await;
    }
    assert_eq!(number(&world.app, "SELECT count(*) FROM keys.keyring").await, 12);
}

#[tokio::test]
async fn without_a_key_service_nothing_changes() {
    let world = World::new().await;
    world.asks(&json!({"target": "all"})).await;
    for mood in [KmsMood::Unavailable, KmsMood::Refusing] {
        world.app.kms.set_mood(mood);
        assert!(rotate_keys::handle(&world.app.app, &kms_keys()).await.is_err());
        assert_eq!(texts(&world.app, STATES).await, ["content active", "credentials active", "media active"]);
    }
    world.app.kms.set_mood(KmsMood::Well);
    world.rotates().await;
    world.everything_opens().await;
}

#[tokio::test]
async fn every_column_that_names_a_keyring_key_is_walked() {
    let world = World::new().await;
    let columns = texts(
        &world.app,
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name LIKE '%keyring_id'
           AND table_name NOT IN (SELECT table_name FROM information_schema.views WHERE table_schema = 'public')
         ORDER BY 1",
    )
    .await;
    let mut walked: Vec<&str> = Kind::ALL.into_iter().map(Kind::column).collect();
    walked.sort_unstable();
    assert_eq!(
        columns, walked,
        "what is sealed under a keyring key (left) is not what is sealed again (right)"
    );
}
