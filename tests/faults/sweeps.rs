//! The workers of schedules that look after the tasks and the files of others, and the one that removes what has had its time.

use std::collections::BTreeSet;

use admin::sweep_expired;
use media::sweep_media;
use serde_json::Value;
use shared::id::MediaId;
use shared::media::{served_key, upload_key};
use testkit::{FakeObjects, FakeQueue, TestApp, new_id, scheduled_and_killed_at_every_wait};
use users::sweep_exports;
use uuid::Uuid;

use super::world::{behind, number};

/// The ids of this name that the queue was given.
fn sent(queue: &FakeQueue, name: &str) -> BTreeSet<Uuid> {
    let id = |(body, _): (String, _)| {
        let body: Value = serde_json::from_str(&body).unwrap();
        body[name].as_str().unwrap().parse().unwrap()
    };
    queue.take().into_iter().map(id).collect()
}

#[tokio::test]
async fn exports_that_nobody_is_at_are_sent_again_wherever_the_sweep_is_killed() {
    let app = TestApp::start().await;
    let queue = FakeQueue::default();
    let killed = scheduled_and_killed_at_every_wait(
        async |round| {
            behind(&app, "DELETE FROM exports").await;
            let mut exports = BTreeSet::new();
            for number in 0..3 {
                let somebody = app.somebody(&format!("user{round}_{number}")).await;
                let export: Uuid = app.app.new_id().unwrap();
                let asked = format!(
                    "INSERT INTO exports (id, user_id, requested_at) VALUES ('{export}', '{}', now() - interval '1 minute')",
                    somebody.id
                );
                behind(&app, asked).await;
                exports.insert(export);
            }
            exports
        },
        async || app.connected_environment().await,
        async |app| sweep_exports::handle(app, &queue).await.unwrap(),
        async |round, exports| {
            assert_eq!(sent(&queue, "export_id"), exports, "round {round}");
            let noted = "SELECT count(*) FROM exports WHERE sent_at IS NOT NULL";
            assert_eq!(number(&app, noted).await, 3, "round {round}: they are not sent each minute");
        },
    )
    .await;
    println!("sweep_exports was killed {killed} times");
    assert!(killed > 4, "{killed}");
}

#[tokio::test]
async fn files_that_nobody_holds_go_and_others_are_sent_again_wherever_the_sweep_is_killed() {
    let app = TestApp::start().await;
    let (objects, queue) = (FakeObjects::default(), FakeQueue::default());
    let alice = app.somebody("alice").await;
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            let gone = MediaId(new_id());
            objects.add(&upload_key(gone), b"upload");
            for run in [new_id(), new_id()] {
                objects.add(&served_key(gone, run, "file"), b"served");
            }
            let unfinished: Uuid = app.app.new_id().unwrap();
            let files = format!(
                "INSERT INTO media_remains (media_id, due) VALUES ('{gone}', now() - interval '1 second');
                 DELETE FROM media;
                 DELETE FROM media_remains WHERE media_id <> '{gone}';
                 INSERT INTO media (id, owner_id, kind, content_type, size, status, uploaded_at, details_sealed, details_keyring_id)
                 SELECT '{unfinished}', '{}', 'image', 'image/png', 7, 'uploaded', now() - interval '1 hour', '', id
                 FROM keys.keyring LIMIT 1",
                alice.id
            );
            behind(&app, files).await;
            unfinished
        },
        async || app.connected_environment().await,
        async |app| sweep_media::handle(app, &objects, &queue).await.unwrap(),
        async |round, unfinished| {
            assert_eq!(objects.keys(), Vec::<String>::new(), "round {round}");
            assert_eq!(number(&app, "SELECT count(*) FROM media_remains").await, 0, "round {round}");
            assert_eq!(sent(&queue, "media_id"), BTreeSet::from([unfinished]), "round {round}");
        },
    )
    .await;
    println!("sweep_media was killed {killed} times");
    assert!(killed > 8, "{killed}");
}

#[tokio::test]
async fn what_has_had_its_time_goes_and_nothing_else_wherever_the_sweep_is_killed() {
    let app = TestApp::start().await;
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            let limits = "DELETE FROM rate_limits;
                INSERT INTO rate_limits (key, due)
                SELECT int4send(number), now() - interval '2 hours' FROM generate_series(1, 6000) AS number;
                INSERT INTO rate_limits (key, due)
                SELECT int4send(-number), now() + interval '1 hour' FROM generate_series(1, 7) AS number";
            behind(&app, limits).await;
        },
        async || app.connected_environment().await,
        async |environment| sweep_expired::handle(environment).await.unwrap(),
        async |round, ()| {
            assert_eq!(number(&app, "SELECT count(*) FROM rate_limits").await, 7, "round {round}");
        },
    )
    .await;
    println!("sweep_expired was killed {killed} times");
    assert!(killed > 1, "{killed}");
}
