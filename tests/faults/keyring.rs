//! The workers that look after keys.

use std::collections::BTreeSet;

use keys::{KeyBackup, copy_keyring, rotate_keys};
use messages::list_messages;
use serde_json::Value;
use shared::crypto::Purpose;
use shared::id::ConversationId;
use shared::keys::KmsKeys;
use shared::serve::HttpHandler;
use testkit::{FakeLockedBucket, Request, Somebody, TestApp, scheduled_and_killed_at_every_wait};
use uuid::Uuid;

use super::world::{MESSAGES, World, behind, number};

const READ: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));

/// Everybody's keys under one KMS key, and none elsewhere: then a copy takes as long however many keys there are.
fn kms_keys(name: &str) -> KmsKeys {
    let [content, credentials, media] = [(); 3].map(|()| name.to_owned());
    KmsKeys { content, credentials, media, recovery: None }
}

/// Each purpose's key is to be replaced.
const ASKED: &str = "INSERT INTO keys.rotations (id, kind, purpose)
    SELECT gen_random_uuid(), 'keyring', purpose FROM keys.keyring WHERE state = 'active'";
/// Twenty minutes later, when no environment remembers a replaced key as the active one.
const LATER: &str = "UPDATE keys.keyring SET replaced_at = replaced_at - interval '21 minutes'";

/// Three texts in a conversation, whose key is sealed under a keyring key.
async fn talks(world: &World) -> (Somebody, ConversationId) {
    let alice = world.app.somebody("alice").await;
    let notes = world.app.group(&[&alice]).await;
    for text in ["one", "two", "three"] {
        world.sends(&alice, notes, text).await;
    }
    (alice, notes)
}

/// An environment that knows nothing reads everything, and nothing is sealed under a key that seals no more.
async fn reads(world: &World, (alice, notes): &(Somebody, ConversationId), round: usize) {
    let page = Request::get(MESSAGES).at("conversation_id", *notes).by(alice);
    let page = page.through(&world.app.cold_environment(), READ).await.ok();
    let read = page["items"].as_array().unwrap();
    assert!(read.len() == 3 && read.iter().all(|item| item["text"].is_string()), "round {round}: {page}");
    let left = "SELECT count(*) FROM conversation_keys JOIN keys.keyring AS key ON key.id = keyring_id
                WHERE key.state <> 'active'";
    assert_eq!(number(&world.app, left).await, 0, "round {round}");
}

/// How many keys there are in each state: `active`, `opening`, `retired`.
async fn states(world: &World) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, state) in counts.iter_mut().zip(["active", "opening", "retired"]) {
        *count =
            number(&world.app, format!("SELECT count(*) FROM keys.keyring WHERE state = '{state}'")).await;
    }
    counts
}

#[tokio::test]
async fn a_key_is_replaced_once_wherever_the_worker_is_killed() {
    let world = World::start().await;
    let said = talks(&world).await;
    let keys = kms_keys("fake");
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            // Those of the round before retire; however many there are, a run takes as long.
            behind(&world.app, LATER).await;
            rotate_keys::handle(&world.app.cold_environment(), &keys).await.unwrap();
            behind(&world.app, ASKED).await;
        },
        async || world.app.connected_environment().await,
        async |app| rotate_keys::handle(app, &keys).await.unwrap(),
        async |round, ()| {
            let rounds = i64::try_from(round + 1).unwrap();
            assert_eq!(
                states(&world).await,
                [3, 3, 3 * (rounds - 1)],
                "round {round}: one key more for each purpose"
            );
            for event in ["crypt_key_created", "crypt_key_replaced"] {
                let told = format!("SELECT count(*) FROM audit_events WHERE event = '{event}'");
                assert_eq!(number(&world.app, told).await, 3 * rounds, "round {round}: {event}");
            }
            reads(&world, &said, round).await;
        },
    )
    .await;
    println!("rotate_keys was killed {killed} times while keys were replaced");
    assert!(killed > 15, "{killed}");
}

#[tokio::test]
async fn a_replaced_key_retires_once_wherever_the_worker_is_killed() {
    let world = World::start().await;
    let said = talks(&world).await;
    let keys = kms_keys("fake");
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            behind(&world.app, ASKED).await;
            rotate_keys::handle(&world.app.cold_environment(), &keys).await.unwrap();
            behind(&world.app, LATER).await;
        },
        async || world.app.connected_environment().await,
        async |app| rotate_keys::handle(app, &keys).await.unwrap(),
        async |round, ()| {
            let rounds = i64::try_from(round + 1).unwrap();
            assert_eq!(states(&world).await, [3, 0, 3 * rounds], "round {round}");
            let told = "SELECT count(*) FROM audit_events WHERE event = 'crypt_key_retired'";
            assert_eq!(number(&world.app, told).await, 3 * rounds, "round {round}: each once");
            let unfinished = "SELECT count(*) FROM keys.rotations WHERE finished_at IS NULL";
            assert_eq!(number(&world.app, unfinished).await, 0, "round {round}");
            reads(&world, &said, round).await;
        },
    )
    .await;
    println!("rotate_keys was killed {killed} times while keys retired");
    assert!(killed > 10, "{killed}");
}

#[tokio::test]
async fn keys_are_wrapped_again_once_wherever_the_worker_is_killed() {
    let app = TestApp::start().await;
    let keys: Vec<KmsKeys> = ["one", "other"].map(kms_keys).into();
    let turn = std::cell::Cell::new(0);
    let killed = scheduled_and_killed_at_every_wait(
        async |round| {
            turn.set(round % 2);
            let asked = "INSERT INTO keys.rotations (id, kind, purpose)
                SELECT gen_random_uuid(), 'kms_key', purpose FROM keys.keyring";
            behind(&app, asked).await;
        },
        async || app.connected_environment().await,
        async |environment| rotate_keys::handle(environment, &keys[turn.get()]).await.unwrap(),
        async |round, ()| {
            let wrapped = format!(
                "SELECT count(*) FROM keys.keyring WHERE kms_key = '{}'",
                ["one", "other"][round % 2]
            );
            assert_eq!(number(&app, wrapped).await, 3, "round {round}");
            let rounds = i64::try_from(round + 1).unwrap();
            let done =
                "SELECT sum(done)::bigint FROM keys.rotations WHERE finished_at IS NOT NULL AND failed = 0";
            assert_eq!(number(&app, done).await, 3 * rounds, "round {round}");
            let told = "SELECT count(*) FROM audit_events WHERE event = 'crypt_key_rewrapped'";
            assert_eq!(number(&app, told).await, 3 * rounds, "round {round}: each once");
            for purpose in Purpose::ALL {
                app.cold_environment().active_key(purpose).await.unwrap();
            }
        },
    )
    .await;
    println!("rotate_keys was killed {killed} times while keys were wrapped again");
    assert!(killed > 15, "{killed}");
}

#[tokio::test]
async fn what_has_changed_is_copied_wherever_the_worker_is_killed() {
    let app = TestApp::start().await;
    let bucket = FakeLockedBucket::default();
    let keys = kms_keys("fake");
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            // One key follows another, and one that was retired a day ago is to be destroyed.
            let retired = "UPDATE keys.keyring SET state = 'retired', retired_at = now() - interval '25 hours' WHERE state = 'opening';
                UPDATE keys.rotations SET finished_at = now() WHERE finished_at IS NULL";
            behind(&app, retired).await;
            behind(&app, ASKED).await;
            rotate_keys::handle(&app.cold_environment(), &keys).await.unwrap();
        },
        async || app.connected_environment().await,
        async |environment| copy_keyring::handle(environment, &keys, &bucket).await.unwrap(),
        async |round, ()| {
            let used = ids(&app, "SELECT id FROM keys.keyring WHERE state <> 'retired'").await;
            let (_, document) = bucket.objects().pop().unwrap();
            let copy = KeyBackup::parse(std::str::from_utf8(&document).unwrap()).unwrap();
            let copied: BTreeSet<Uuid> = copy.keys().unwrap().iter().map(|key| key.wrapped.id.0).collect();
            assert_eq!(copied, used, "round {round}");
            let left = "SELECT count(*) FROM keys.keyring WHERE state = 'retired' AND wrapped <> ''";
            assert_eq!(number(&app, left).await, 0, "round {round}");
            let told = "SELECT count(*) FROM audit_events WHERE event = 'crypt_key_destroyed'";
            let destroyed = ids(&app, "SELECT id FROM keys.keyring WHERE wrapped = ''").await;
            assert_eq!(number(&app, told).await, i64::try_from(destroyed.len()).unwrap(), "round {round}: each once");
            // Nothing has changed since.
            let again: Value = copy_keyring::handle(&app.cold_environment(), &keys, &bucket).await.unwrap();
            assert_eq!(again["copied"], false, "round {round}");
        },
    )
    .await;
    println!("copy_keyring was killed {killed} times");
    assert!(killed > 4, "{killed}");
}

async fn ids(app: &TestApp, sql: &'static str) -> BTreeSet<Uuid> {
    sqlx::query_scalar(sql).fetch_all(&mut app.connect().await).await.unwrap().into_iter().collect()
}
