//! The worker of uploads, in process: what becomes of a file however often, late and out of order the bucket tells of it, and
//! wherever a worker dies.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use media::make_previews::Look;
use media::preview::{Failure, Interrupted, Made, Preview, Variant};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::id::MediaId;
use shared::media::{upload_key, uploaded_media};
use shared::worker::TaskFailure;
use testkit::new_id;

use crate::talk::{CREATE, NOTHING, PICTURE, World, again, announcing, event, id, works};

/// What can never be served.
const HOPELESS: Look = |_| Box::pin(async { Ok(Made::Failed(Failure::TypeMismatch)) });
/// What the machine could not look at.
const INTERRUPTED: Look = |_| Box::pin(async { Err(Interrupted("no memory".to_owned())) });
/// What must not be looked at: to do so is a failure that its test sees.
const NEVER: Look = |_| Box::pin(async { Err(Interrupted("nobody was to look at it".to_owned())) });

#[tokio::test]
async fn each_event_delivered_three_times_and_in_reverse_gives_one_result() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut pictures = Vec::new();
    for _ in 0..4 {
        pictures.push(world.uploaded(&alice).await);
    }
    // Two uploads of each by the same form: two events.
    let events: Vec<String> =
        pictures.iter().flat_map(|picture| [event(*picture, "0A"), event(*picture, "0A1")]).collect();
    for _ in 0..3 {
        for one in events.iter().rev() {
            world.works(PICTURE, one).await.unwrap();
        }
    }
    for picture in pictures {
        world.assert_status(picture, "ready").await;
        assert_eq!(world.events(picture).await, ["media.ready"]);
        let keys = world.stored(picture);
        assert_eq!(keys.len(), 3, "the upload is gone, and nothing was made twice: {keys:?}");
        assert_eq!(world.gets(&alice, picture).await.ok()["variants"].as_array().unwrap().len(), 2);
    }
    assert_eq!(world.number("SELECT count(*) FROM media_variants").await, 8);
    assert_eq!(world.number("SELECT max(attempts)::bigint FROM media").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_workers_at_once_give_one_result() {
    let world = std::sync::Arc::new(World::start().await);
    let alice = world.app.somebody("alice").await;
    for round in 0..10 {
        let picture = world.uploaded(&alice).await;
        let workers: Vec<_> = (0..6)
            .map(|number| {
                let world = std::sync::Arc::clone(&world);
                let environment = world.app.cold_environment();
                tokio::spawn(async move {
                    works(&environment, &world.objects, PICTURE, &event(picture, &format!("0{number}"))).await
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap().unwrap();
        }
        world.assert_status(picture, "ready").await;
        assert_eq!(world.events(picture).await, ["media.ready"], "round {round}");
        assert_eq!(world.stored(picture).len(), 3);
    }
}

#[tokio::test]
async fn what_is_no_upload_of_ours_changes_nothing() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"}).to_string();
    world.works(NEVER, &test).await.unwrap();
    world.works(NEVER, &event(new_id().into(), "01")).await.unwrap();
    world.works(NEVER, &again(new_id().into())).await.unwrap();
    world.works(NEVER, &again(picture)).await.unwrap();
    assert!(matches!(world.works(NEVER, "no JSON").await, Err(TaskFailure::Fail(_))));
    world.assert_status(picture, "pending").await;
    assert_eq!(uploaded_media(&upload_key(picture)), Some(picture));
}

#[tokio::test]
async fn a_file_is_served_as_it_came_and_its_name_stays_sealed() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let file = world.file(&alice).await;
    let keys = world.stored(file);
    assert_eq!(keys.len(), 1);
    assert!(keys[0].starts_with(&format!("media/{file}/")) && keys[0].ends_with("/file"), "{keys:?}");
    assert_eq!(world.objects.stored(&keys[0]).unwrap(), b"%PDF-");
    let seen = world.gets(&alice, file).await.ok();
    assert_eq!((&seen["file_name"], &seen["size"]), (&json!("view.jpg"), &json!(5)));
    assert_eq!(world.number("SELECT count(*) FROM media WHERE media::text LIKE '%view%'").await, 0);
}

#[tokio::test]
async fn what_cannot_be_served_fails_with_its_reason_and_is_not_tried_again() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    world.works(HOPELESS, &event(picture, "01")).await.unwrap();
    let seen = world.gets(&alice, picture).await.ok();
    assert_eq!((&seen["status"], &seen["failure"]), (&json!("failed"), &json!("type_mismatch")));
    assert_eq!(world.events(picture).await, ["media.failed"]);
    for body in [event(picture, "01"), event(picture, "02"), again(picture)] {
        world.works(NEVER, &body).await.unwrap();
    }
    assert_eq!(world.stored(picture), NOTHING);
    assert_eq!(world.events(picture).await, ["media.failed"]);
}

#[tokio::test]
async fn what_is_not_as_announced_fails() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (longer, shorter, gone) =
        (world.uploaded(&alice).await, world.uploaded(&alice).await, world.uploaded(&alice).await);
    world.objects.add(&upload_key(longer), b"picture and more");
    world.objects.add(&upload_key(shorter), b"pic");
    shared::objects::Objects::delete_all(&world.objects, &upload_key(gone)).await.unwrap();
    for (media, failure) in [(longer, "size_mismatch"), (shorter, "size_mismatch"), (gone, "upload_missing")]
    {
        world.works(NEVER, &event(media, "01")).await.unwrap();
        assert_eq!(world.gets(&alice, media).await.ok()["failure"], failure);
        assert_eq!(world.events(media).await, ["media.failed"]);
    }
}

/// A store may not compare anything, and whoever has the form may put something else in the place of what was compared.
#[tokio::test]
async fn what_is_another_file_than_was_announced_fails() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (right, wrong) = (b"picture", b"PICTURE");
    let announces = async || {
        let body = json!({
            "kind": "image", "content_type": "image/png", "size": 7,
            "checksum_sha256": STANDARD.encode(Sha256::digest(right)),
        });
        id(&world.app.call(CREATE, announcing(&alice, &body)).await.created()["media"])
    };
    let (same, other) = (announces().await, announces().await);
    world.objects.add(&upload_key(same), right);
    world.objects.add(&upload_key(other), wrong);
    world.works(PICTURE, &event(same, "01")).await.unwrap();
    world.assert_status(same, "ready").await;
    world.works(NEVER, &event(other, "01")).await.unwrap();
    assert_eq!(world.gets(&alice, other).await.ok()["failure"], "checksum_mismatch");
    assert_eq!(world.events(other).await, ["media.failed"]);
    assert_eq!(world.stored(other), NOTHING);
}

#[tokio::test]
async fn an_interrupted_run_is_followed_by_another_but_not_for_ever() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (lucky, unlucky) = (world.uploaded(&alice).await, world.uploaded(&alice).await);
    let retry = |outcome| assert!(matches!(outcome, Err(TaskFailure::Retry(_))), "{outcome:?}");
    retry(world.works(INTERRUPTED, &event(lucky, "01")).await);
    world.assert_status(lucky, "uploaded").await;
    assert_eq!(world.gets(&alice, lucky).await.ok()["status"], "processing");
    world.works(PICTURE, &event(lucky, "01")).await.unwrap();
    world.assert_status(lucky, "ready").await;

    retry(world.works(INTERRUPTED, &event(unlucky, "01")).await);
    retry(world.works(INTERRUPTED, &again(unlucky)).await);
    world.works(INTERRUPTED, &event(unlucky, "01")).await.unwrap();
    assert_eq!(world.gets(&alice, unlucky).await.ok()["failure"], "processing_failed");
    assert_eq!(world.events(unlucky).await, ["media.failed"]);
    world.works(NEVER, &event(unlucky, "01")).await.unwrap();
}

#[tokio::test]
async fn a_bucket_that_is_away_is_an_interruption() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    world.objects.set_broken(true);
    assert!(matches!(world.works(PICTURE, &event(picture, "01")).await, Err(TaskFailure::Retry(_))));
    world.assert_status(picture, "uploaded").await;
    world.objects.set_broken(false);
    world.works(PICTURE, &event(picture, "01")).await.unwrap();
    world.assert_status(picture, "ready").await;
}

/// A worker is killed while it stores what it made: nobody takes the file from it until it must be dead; then another does.
#[tokio::test]
async fn an_abandoned_run_is_taken_over_and_counts_no_more() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    world.objects.set_held(true);
    let slow = world.app.cold_environment();
    let body = event(picture, "01");
    let first = works(&slow, &world.objects, PICTURE, &body);
    let meanwhile = async {
        world.objects.holds_somebody().await;
        world.objects.set_held(false);
        world.assert_status(picture, "processing").await;
        // The same record once more, and the sweep's: the run may be alive.
        world.works(NEVER, &event(picture, "01")).await.unwrap();
        world.works(NEVER, &again(picture)).await.unwrap();
        world.behind("UPDATE media SET claimed_at = claimed_at - interval '6 minutes'").await;
        world.works(PICTURE, &again(picture)).await.unwrap();
        world.assert_status(picture, "ready").await;
        let served = world.gets(&alice, picture).await.ok();
        // Now the first goes on as if nothing had happened.
        world.objects.releases();
        served
    };
    let (outcome, served) = tokio::join!(first, meanwhile);
    outcome.unwrap();
    assert_eq!(world.gets(&alice, picture).await.ok(), served);
    assert_eq!(world.events(picture).await, ["media.ready"]);
    let keys = world.stored(picture);
    assert_eq!(keys.len(), 3, "what the first had stored is gone: {keys:?}");
    for link in [&served["url"], &served["variants"][0]["url"], &served["variants"][1]["url"]] {
        let key = link.as_str().unwrap().split_once('?').unwrap().0.split_once(".com/").unwrap().1;
        assert!(keys.contains(&key.to_owned()), "{key} is not among {keys:?}");
    }
}

#[tokio::test]
async fn of_a_file_deleted_meanwhile_nothing_stays() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    world.objects.set_held(true);
    let slow = world.app.cold_environment();
    let body = event(picture, "01");
    let run = works(&slow, &world.objects, PICTURE, &body);
    let meanwhile = async {
        world.objects.holds_somebody().await;
        world.objects.set_held(false);
        assert_eq!(world.deletes(&alice, picture).await.status, 204);
        // Not before the run must be over.
        assert_eq!(world.sweeps().await["destroyed"], 0);
        world.objects.releases();
    };
    tokio::join!(run, meanwhile).0.unwrap();
    assert_eq!(world.stored(picture), [upload_key(picture)]);
    assert_eq!(world.events(picture).await, NOTHING);
    world.behind("UPDATE media_remains SET due = now()").await;
    assert_eq!(world.sweeps().await["destroyed"], 1);
    assert_eq!(world.stored(picture), NOTHING);
}

#[tokio::test]
async fn what_is_made_is_held_to_the_schema() {
    const TWICE: Look = |source| {
        Box::pin(async move {
            let path = source.scratch.join("one");
            std::fs::write(&path, b"x").unwrap();
            let variant = Variant { name: "same", width: 1, height: 1, content_type: "image/webp", path };
            Ok(Made::Ready(Preview { variants: vec![variant.clone(), variant], ..Preview::default() }))
        })
    };
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    assert!(matches!(world.works(TWICE, &event(picture, "01")).await, Err(TaskFailure::Fail(_))));
    world.assert_status(picture, "processing").await;
    assert_eq!(world.events(picture).await, NOTHING);
}

#[tokio::test]
async fn scratch_folders_go() {
    const LOOKS_AROUND: Look = |source| {
        Box::pin(async move {
            assert_eq!(std::fs::read(source.path).unwrap(), b"picture");
            let folder = source.scratch.parent().unwrap().to_path_buf();
            Err(Interrupted(folder.display().to_string()))
        })
    };
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let picture = world.uploaded(&alice).await;
    let outcome = world.works(LOOKS_AROUND, &event(picture, "01")).await;
    let Err(TaskFailure::Retry(folder)) = outcome else { panic!("{outcome:?}") };
    assert!(folder.contains("talkify-media-") && !std::path::Path::new(&folder).exists(), "{folder}");
}

/// What may happen to an upload, in any order and any number of times.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// The bucket tells of an upload, and a worker does with it what its look says.
    Told(u8, Looked),
    /// The sweep's task comes.
    Again(Looked),
    /// Six minutes pass.
    Waits,
    /// The client sends the form once more.
    SentAgain,
    /// The sweep runs.
    Swept,
}

/// What a worker makes of it.
#[derive(Debug, Clone, Copy)]
enum Looked {
    Well,
    Hopeless,
    Interrupted,
    /// It dies before it has looked.
    Dies,
}

impl Looked {
    fn look(self) -> Look {
        match self {
            Self::Well => PICTURE,
            Self::Hopeless => HOPELESS,
            Self::Interrupted => INTERRUPTED,
            Self::Dies => |_| Box::pin(std::future::pending()),
        }
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    let looked = || {
        prop_oneof![
            2 => Just(Looked::Well),
            1 => Just(Looked::Hopeless),
            3 => Just(Looked::Interrupted),
            3 => Just(Looked::Dies),
        ]
    };
    prop_oneof![
        4 => (0..4_u8, looked()).prop_map(|(number, looked)| Happening::Told(number, looked)),
        2 => looked().prop_map(Happening::Again),
        2 => Just(Happening::Waits),
        1 => Just(Happening::SentAgain),
        1 => Just(Happening::Swept),
    ]
}

async fn happens(world: &World, picture: MediaId, happening: Happening) {
    let works = async |body: String, looked: Looked| {
        let work = world.works(looked.look(), &body);
        // One that dies is dropped where it waits.
        if let Looked::Dies = looked {
            let _ = tokio::time::timeout(Duration::from_millis(50), work).await;
        } else {
            let _ = work.await;
        }
    };
    match happening {
        Happening::Told(number, looked) => works(event(picture, &format!("0{number}")), looked).await,
        Happening::Again(looked) => works(again(picture), looked).await,
        Happening::Waits => {
            let earlier = "UPDATE media SET claimed_at = claimed_at - interval '6 minutes', sent_at = sent_at - interval '6 minutes'";
            world.behind(earlier).await;
        }
        Happening::SentAgain => world.objects.add(&upload_key(picture), b"PICTURE"),
        Happening::Swept => drop(world.sweeps().await),
    }
}

#[tokio::test]
async fn whatever_happens_in_whatever_order_a_file_ends_once() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut runner = TestRunner::deterministic();
    let many = proptest::collection::vec(happening(), 1..14);
    let mut ended = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..60 {
        let happenings = many.new_tree(&mut runner).unwrap().current();
        let picture = world.uploaded(&alice).await;
        let mut before = "pending".to_owned();
        for (place, happening) in happenings.iter().enumerate() {
            happens(&world, picture, *happening).await;
            let status = world.status(picture).await.unwrap();
            let shown = || format!("{before} → {status} at {place} of {happenings:?}");
            let final_before = before == "ready" || before == "failed";
            assert!(!final_before || status == before, "{}", shown());
            assert!(status != "pending" || before == "pending", "{}", shown());
            let is_final = status == "ready" || status == "failed";
            let told = world.events(picture).await;
            let expected = if is_final { vec![format!("media.{status}")] } else { Vec::new() };
            assert_eq!(told, expected, "{}", shown());
            if status == "ready" {
                let served = world.gets(&alice, picture).await.ok();
                for link in [&served["url"], &served["variants"][0]["url"], &served["variants"][1]["url"]] {
                    let key =
                        link.as_str().unwrap().split_once('?').unwrap().0.split_once(".com/").unwrap().1;
                    assert!(world.objects.stored(key).is_some(), "{key}: {}", shown());
                }
            }
            before = status;
        }
        assert!(
            world.number(format!("SELECT attempts::bigint FROM media WHERE id = '{picture}'")).await <= 3
        );
        *ended.entry(before).or_default() += 1;
    }
    assert!(ended.contains_key("ready") && ended.contains_key("failed"), "{ended:?}");
}
