use std::collections::BTreeSet;

use media::preview::{FileMade, Made, Preview, Variant};
use media::{create_media, make_previews};
use serde_json::json;
use shared::id::MediaId;
use shared::media::upload_key;
use shared::serve::HttpHandler;
use testkit::{FakeObjects, Request, TestApp, killed_at_every_wait};
use uuid::Uuid;

use super::world::{behind, number, one_by_one};

const CREATE: HttpHandler = |app, call| Box::pin(create_media::handle(app, call));

/// Makes of whatever it is a clean picture and a smaller one; what looks at files as the function does is killed elsewhere.
const PICTURE: make_previews::Look = |source| {
    Box::pin(async move {
        let make = |name: &str| {
            let path = source.scratch.join(name);
            std::fs::write(&path, name).unwrap();
            path
        };
        tokio::task::yield_now().await;
        let smaller = Variant {
            name: "w256_webp",
            width: 256,
            height: 128,
            content_type: "image/webp",
            path: make("smaller"),
        };
        Ok(Made::Ready(Preview {
            width: Some(1_000),
            height: Some(500),
            duration_ms: None,
            thumbhash: None,
            waveform: None,
            clean: Some(FileMade { path: make("clean"), content_type: "image/webp" }),
            variants: vec![smaller],
        }))
    })
};

/// Six minutes: one more than a worker has.
const LEASE_ENDS: &str =
    "UPDATE media SET claimed_at = claimed_at - interval '6 minutes' WHERE status = 'processing'";

#[tokio::test]
async fn a_picture_is_ready_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let alice = app.somebody("alice").await;
    let mut orphans = 0;
    let killed = killed_at_every_wait(
        async |_| {
            let body = json!({"kind": "image", "content_type": "image/png", "size": 7, "file_name": "a.png"});
            let made = app.call(CREATE, Request::post("/v1/media", &body).by(&alice)).await.created();
            let picture = MediaId(made["media"]["id"].as_str().unwrap().parse().unwrap());
            objects.add(&upload_key(picture), b"picture");
            let event = |sequencer: &str| {
                let object = json!({"key": upload_key(picture), "size": 7, "sequencer": sequencer});
                json!({"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": object}}]}).to_string()
            };
            (vec![event("0A"), event("0B")], picture)
        },
        async || app.connected_environment().await,
        async |app, batch| {
            one_by_one(&batch, async |task| make_previews::handle(app, &objects, PICTURE, task).await).await
        },
        async || behind(&app, LEASE_ENDS).await,
        async |round, picture| {
            // Who finds somebody at it leaves it to the sweep, which sends it again once its time is over.
            let again = json!({"Records": [{"messageId": "again", "body": json!({"media_id": picture}).to_string()}]});
            behind(&app, LEASE_ENDS).await;
            let environment = app.cold_environment();
            one_by_one(&again, async |task| {
                make_previews::handle(&environment, &objects, PICTURE, task).await
            })
            .await;
            let ready = format!("SELECT count(*) FROM media WHERE id = '{picture}' AND status = 'ready'");
            assert_eq!(number(&app, ready).await, 1, "round {round}");
            let told = format!("SELECT count(*) FROM outbox WHERE media_id = '{picture}' AND type = 'media.ready'");
            assert_eq!(number(&app, told).await, 1, "round {round}");
            let variants = format!("SELECT count(*) FROM media_variants WHERE media_id = '{picture}'");
            assert_eq!(number(&app, variants).await, 1, "round {round}");
            // Everything that is served is there, made by one run.
            let run: Uuid = sqlx::query_scalar("SELECT run_id FROM media WHERE id = $1")
                .bind(picture.0)
                .fetch_one(&mut app.connect().await)
                .await
                .unwrap();
            let served: BTreeSet<String> =
                ["file", "w256_webp"].iter().map(|name| format!("media/{picture}/{run}/{name}")).collect();
            let stored: BTreeSet<String> = objects.keys().into_iter().collect();
            assert!(served.is_subset(&stored), "round {round}: {stored:?}");
            let of_others = |key: &&String| key.contains(&picture.to_string()) && !served.contains(*key);
            orphans += stored.iter().filter(of_others).count();
        },
    )
    .await;
    println!(
        "make_previews was killed {killed} times; {orphans} objects are served to nobody and go with their file"
    );
    assert!(killed > 5, "{killed}");
}
