//! The worker of exports, in process: what becomes of an export when records are bad, come twice, or their worker dies.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use serde_json::{Value, json};
use shared::App;
use shared::http::Parse;
use shared::id::Revision;
use shared::serve::HttpHandler;
use shared::text::Password;
use testkit::{FakeObjects, FakeQueue, KmsMood, Request, Somebody, TestApp};
use users::{delete_me, sweep_exports, write_export};
use uuid::Uuid;

const ERASE: HttpHandler = |app, call| Box::pin(delete_me::handle(app, call));

/// A deployment with a bucket, and somebody who has asked for an export.
struct World {
    app: TestApp,
    objects: FakeObjects,
    alice: Somebody,
    export: Uuid,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let alice = app.somebody("alice").await;
        let export = asks(&app, &alice).await;
        Self { app, objects: FakeObjects::default(), alice, export }
    }

    fn record(&self) -> Value {
        record("alice", self.export, &self.alice)
    }

    /// Hands records to the worker; answers which failed.
    async fn works(&self, records: &[Value]) -> Value {
        works(&self.app.app, &self.objects, records).await
    }

    async fn state(&self) -> (String, i32) {
        sqlx::query_as("SELECT state, attempts FROM exports WHERE id = $1")
            .bind(self.export)
            .fetch_one(&mut self.app.connect().await)
            .await
            .unwrap()
    }

    async fn assert_state(&self, state: &str, attempts: i32) {
        assert_eq!(self.state().await, (state.to_owned(), attempts));
    }

    async fn alter(&self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.app.connect().await).await.unwrap();
    }

    async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(&mut self.app.connect().await).await.unwrap()
    }
}

/// Hands records to a worker; answers which failed.
async fn works(app: &App, objects: &FakeObjects, records: &[Value]) -> Value {
    let mut failed = Vec::new();
    for record in records {
        let [id, body] = ["messageId", "body"].map(|name| record[name].as_str().unwrap());
        if write_export::handle(app, objects, testkit::task(id, body)).await.is_err() {
            failed.push(json!({"itemIdentifier": id}));
        }
    }
    Value::Array(failed)
}

async fn asks(app: &TestApp, who: &Somebody) -> Uuid {
    sqlx::query_scalar("INSERT INTO exports (id, user_id) VALUES ($1, $2) RETURNING id")
        .bind(app.app.new_id::<Uuid>().unwrap())
        .bind(who.id.0)
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap()
}

fn record(name: &str, export: Uuid, user: &Somebody) -> Value {
    json!({"messageId": name, "body": json!({"export_id": export, "user_id": user.id}).to_string()})
}

const NOTIFICATIONS: &str = "SELECT count(*) FROM outbox WHERE type = 'export.ready' AND user_id IS NOT NULL";
const LEASE_ENDS: &str = "UPDATE exports SET started_at = started_at - interval '16 minutes'";

#[tokio::test]
async fn an_export_is_made_once_and_its_user_notified_once() {
    let world = World::new().await;
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("ready", 1).await;
    let (key, size): (String, i64) = sqlx::query_as("SELECT object_key, size FROM exports")
        .fetch_one(&mut world.app.connect().await)
        .await
        .unwrap();
    assert_eq!(world.objects.keys(), std::slice::from_ref(&key));
    assert!(key.starts_with(&format!("{}/", world.alice.id)), "{key}");
    assert_eq!(world.objects.stored(&key).unwrap().len(), usize::try_from(size).unwrap());
    // The same record once more, and twice in one batch.
    assert_eq!(world.works(&[world.record(), world.record()]).await, json!([]));
    world.assert_state("ready", 1).await;
    assert_eq!((world.objects.keys(), world.count(NOTIFICATIONS).await), (vec![key], 1));
    let lasting =
        "SELECT count(*) FROM exports WHERE expires_at - finished_at BETWEEN '7 days' AND '7 days 1 second'";
    assert_eq!(world.count(lasting).await, 1);
}

#[tokio::test]
async fn poison_fails_alone() {
    let world = World::new().await;
    let poison = |name: &str, body: &str| json!({"messageId": name, "body": body});
    let records = [
        poison("1", ""),
        poison("2", "{\"export_id\": 1}"),
        world.record(),
        poison("3", &json!({"export_id": world.export, "user_id": world.alice.id, "more": 1}).to_string()),
        // Of nobody's, and of somebody else's name: nothing to do, now or later.
        record("4", testkit::new_id(), &world.alice),
        record("5", world.export, &Somebody { id: testkit::new_id().into(), ..world.alice }),
    ];
    let failed = json!([{"itemIdentifier": "1"}, {"itemIdentifier": "2"}, {"itemIdentifier": "3"}]);
    assert_eq!(world.works(&records).await, failed);
    world.assert_state("ready", 1).await;
}

#[tokio::test]
async fn five_attempts_are_made_and_no_more() {
    let world = World::new().await;
    world.objects.set_broken(true);
    for attempt in 1..5 {
        assert_eq!(world.works(&[world.record()]).await, json!([{"itemIdentifier": "alice"}]));
        world.assert_state("pending", attempt).await;
    }
    assert_eq!(world.works(&[world.record()]).await, json!([]), "to come again would be in vain");
    world.assert_state("failed", 5).await;
    world.objects.set_broken(false);
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("failed", 5).await;
    assert_eq!((world.objects.keys().len(), world.count(NOTIFICATIONS).await), (0, 0));
}

#[tokio::test]
async fn a_key_service_that_is_away_costs_an_attempt_and_not_the_export() {
    let world = World::new().await;
    let group = world.app.group(&[&world.alice]).await;
    world.alter("UPDATE conversations SET title_sealed = '\\x01'").await;
    world.app.kms.set_mood(KmsMood::Unavailable);
    let app = world.app.cold_environment();
    let failed = works(&app, &world.objects, &[world.record()]).await;
    assert_eq!(failed, json!([{"itemIdentifier": "alice"}]));
    world.assert_state("pending", 1).await;
    world.app.kms.set_mood(KmsMood::Well);
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("ready", 2).await;
    // A title that cannot be opened is recorded and breaks nothing.
    let recorded = "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail' AND subject_type = 'conversation'";
    assert_eq!(world.count(recorded).await, 1, "{group}");
}

#[tokio::test]
async fn a_worker_that_is_killed_half_way_is_followed_by_another() {
    let world = World::new().await;
    world.objects.set_held(true);
    {
        let records = [world.record()];
        let killed = world.works(&records);
        tokio::select! {
            _ = killed => panic!("it was to wait for the bucket"),
            () = world.objects.holds_somebody() => {}
        }
    }
    world.assert_state("running", 1).await;
    world.objects.set_held(false);
    // The record comes again at once: perhaps the other one still lives.
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("running", 1).await;
    world.alter(LEASE_ENDS).await;
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("ready", 2).await;
    assert_eq!(world.count(NOTIFICATIONS).await, 1);
    let key: String = sqlx::query_scalar("SELECT object_key FROM exports")
        .fetch_one(&mut world.app.connect().await)
        .await
        .unwrap();
    assert_eq!(world.objects.keys().len(), 2, "the dead one's archive expires with the others");
    assert!(world.objects.keys().contains(&key));
    // What the dead one had in /tmp is gone with it.
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().filter_map(|entry| {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        world.objects.keys().into_iter().find(|key| {
            let run = key.rsplit_once('/').unwrap().1;
            name == format!("talkify-export-{run}")
        })
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_was_given_up_and_lives_changes_nothing() {
    let world = Arc::new(World::new().await);
    world.objects.set_held(true);
    let slow = tokio::spawn({
        let world = Arc::clone(&world);
        async move { world.works(&[world.record()]).await }
    });
    world.objects.holds_somebody().await;
    let [slow_key] = <[String; 1]>::try_from(world.objects.keys()).unwrap();
    world.alter(LEASE_ENDS).await;
    world.objects.set_held(false);
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    world.assert_state("ready", 2).await;
    world.objects.releases();
    assert_eq!(slow.await.unwrap(), json!([]));
    world.assert_state("ready", 2).await;
    let key: String = sqlx::query_scalar("SELECT object_key FROM exports")
        .fetch_one(&mut world.app.connect().await)
        .await
        .unwrap();
    assert_ne!(key, slow_key);
    assert_eq!((world.objects.keys(), world.count(NOTIFICATIONS).await), (vec![key], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_have_the_same_record_one_makes_the_export() {
    let world = Arc::new(World::new().await);
    for _ in 0..10 {
        world.alter("UPDATE exports SET state = 'pending', run_id = NULL, attempts = 0").await;
        let workers = [(); 2].map(|()| {
            let world = Arc::clone(&world);
            let app = world.app.cold_environment();
            tokio::spawn(async move { works(&app, &world.objects, &[world.record()]).await })
        });
        for worker in workers {
            assert_eq!(worker.await.unwrap(), json!([]));
        }
        world.assert_state("ready", 1).await;
    }
    assert_eq!((world.objects.keys().len(), world.count(NOTIFICATIONS).await), (10, 10));
}

async fn erases(world: &World) {
    let password = "correct horse battery";
    let sealed = Password::parse(&json!(password)).unwrap();
    let sealed = world.app.app.seal_password(world.alice.id, Revision(1), &sealed).await.unwrap();
    sqlx::query("INSERT INTO credentials (user_id, keyring_id, password_sealed) VALUES ($1, $2, $3)")
        .bind(world.alice.id.0)
        .bind(sealed.keyring.0)
        .bind(sealed.sealed)
        .execute(&mut world.app.connect().await)
        .await
        .unwrap();
    let erasing = Request::delete("/v1/users/me").with_json(&json!({"password": password})).by(&world.alice);
    assert_eq!(world.app.call(ERASE, erasing).await.status, 202);
}

#[tokio::test]
async fn of_an_erased_user_no_archive_and_no_row_is_left() {
    let world = World::new().await;
    let bob = world.app.somebody("bob").await;
    let bobs = asks(&world.app, &bob).await;
    world.works(&[world.record(), record("bob", bobs, &bob)]).await;
    asks(&world.app, &world.alice).await;
    erases(&world).await;
    world.alter("UPDATE exports SET requested_at = requested_at - interval '10 seconds'").await;
    let queue = FakeQueue::default();
    sweep_exports::handle(&world.app.app, &queue).await.unwrap();
    let records: Vec<Value> =
        queue.sent().into_iter().map(|body| json!({"messageId": "erase", "body": body})).collect();
    assert_eq!(records.len(), 2, "the one that was ready and the one that waited");
    world.objects.set_broken(true);
    let failed = json!([{"itemIdentifier": "erase"}, {"itemIdentifier": "erase"}]);
    assert_eq!(world.works(&records).await, failed);
    assert_eq!(world.count("SELECT count(*) FROM exports WHERE state = 'erased'").await, 2, "not forgotten");
    world.objects.set_broken(false);
    assert_eq!(world.works(&records).await, json!([]));
    assert_eq!(world.count("SELECT count(*) FROM exports").await, 1);
    let [left] = <[String; 1]>::try_from(world.objects.keys()).unwrap();
    assert!(left.starts_with(&bob.id.to_string()), "{left}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_erased_while_the_archive_is_written_leaves_none() {
    let world = Arc::new(World::new().await);
    world.objects.set_held(true);
    let working = tokio::spawn({
        let world = Arc::clone(&world);
        async move { world.works(&[world.record()]).await }
    });
    world.objects.holds_somebody().await;
    erases(&world).await;
    world.objects.releases();
    assert_eq!(working.await.unwrap(), json!([]));
    assert_eq!((world.objects.keys().len(), world.count(NOTIFICATIONS).await), (0, 0));
    world.assert_state("erased", 1).await;
    assert_eq!(world.works(&[world.record()]).await, json!([]));
    assert_eq!(world.count("SELECT count(*) FROM exports").await, 0);
}
