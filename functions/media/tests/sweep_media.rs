//! The sweep of files, in process: what is forgotten, what is sent again, and what nobody needs.

use serde_json::{Value, json};
use shared::id::MediaId;
use shared::media::upload_key;
use testkit::Somebody;

use crate::talk::{NOTHING, PICTURE, World, again, event};

/// As if a day had passed since everything was announced.
async fn a_day_later(world: &World) {
    world.behind("UPDATE media_reviews SET due = due - interval '1 day'").await;
    world.behind("UPDATE media SET created_at = created_at - interval '1 day'").await;
}

async fn assert_gone(world: &World, media: MediaId) {
    assert_eq!(world.status(media).await, None);
    assert_eq!(world.stored(media), NOTHING);
}

async fn assert_there(world: &World, media: MediaId) {
    world.assert_status(media, "ready").await;
    assert_eq!(world.stored(media).len(), 3);
}

async fn shows(world: &World, who: &Somebody, picture: Option<MediaId>) {
    let picture = picture.map_or_else(|| "NULL".to_owned(), |picture| format!("'{picture}'"));
    world.behind(format!("UPDATE users SET avatar_media_id = {picture} WHERE id = '{}'", who.id)).await;
}

#[tokio::test]
async fn what_nothing_holds_a_day_later_goes_with_its_objects() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = app.group(&[&alice, &bob]).await;
    let never_uploaded = world.announced(&alice, "image", "image/png", 7).await;
    let never_looked_at = world.uploaded(&alice).await;
    let never_sent = world.picture(&alice).await;
    let (sent, face, badge) =
        (world.picture(&alice).await, world.picture(&alice).await, world.picture(&alice).await);
    world.sent(&alice, group, "image", &[sent]).await;
    shows(&world, &alice, Some(face)).await;
    world.behind(format!("UPDATE conversations SET avatar_media_id = '{badge}' WHERE id = '{group}'")).await;

    let nothing = json!({"given_up": 0, "sent": 0, "dropped": 0, "destroyed": 0});
    assert_eq!(world.sweeps().await, nothing, "it is too early");
    a_day_later(&world).await;
    assert_eq!(world.sweeps().await, json!({"given_up": 0, "sent": 0, "dropped": 3, "destroyed": 3}));
    for media in [never_uploaded, never_looked_at, never_sent] {
        assert_gone(&world, media).await;
    }
    for media in [sent, face, badge] {
        assert_there(&world, media).await;
    }
    assert_eq!(world.number("SELECT count(*) FROM media_reviews").await, 0, "what is needed is forgotten");
    assert_eq!(world.sweeps().await, nothing);
}

#[tokio::test]
async fn a_file_goes_with_the_last_message_that_holds_it() {
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let (group, other) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let picture = world.picture(&alice).await;
    let first = world.sent(&alice, group, "image", &[picture]).await;
    let second = world.sent(&alice, other, "image", &[picture]).await;
    a_day_later(&world).await;
    world.sweeps().await;
    let delete = |seq: i64, conversation| {
        format!(
            "UPDATE messages SET deleted_at = now(), sealed = NULL WHERE seq = {seq} AND conversation_id = '{conversation}'"
        )
    };
    world.behind(delete(first, group)).await;
    world.sweeps().await;
    assert_there(&world, picture).await;
    world.behind(delete(second, other)).await;
    assert_eq!(world.sweeps().await["destroyed"], 1);
    assert_gone(&world, picture).await;
}

#[tokio::test]
async fn files_go_with_their_group_a_few_at_a_time() {
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let (group, other) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let (only_there, both) = (world.picture(&alice).await, world.picture(&alice).await);
    let badge = world.picture(&alice).await;
    world.behind(format!("UPDATE conversations SET avatar_media_id = '{badge}' WHERE id = '{group}'")).await;
    // More than one statement lets go of.
    for _ in 0..210 {
        world.sent(&alice, group, "image", &[only_there, both]).await;
    }
    world.sent(&alice, other, "image", &[both]).await;
    a_day_later(&world).await;
    world.sweeps().await;
    world.behind(format!("UPDATE conversations SET deleted_at = now() WHERE id = '{group}'")).await;
    world.sweeps().await;
    assert_gone(&world, only_there).await;
    assert_gone(&world, badge).await;
    assert_there(&world, both).await;
    assert_eq!(world.number("SELECT count(*) FROM ended_conversations").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM message_media").await, 1);
}

#[tokio::test]
async fn a_picture_goes_when_another_takes_its_place() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (old, new) = (world.picture(&alice).await, world.picture(&alice).await);
    shows(&world, &alice, Some(old)).await;
    a_day_later(&world).await;
    world.sweeps().await;
    assert_gone(&world, new).await;
    let new = world.picture(&alice).await;
    shows(&world, &alice, Some(new)).await;
    world.sweeps().await;
    assert_gone(&world, old).await;
    assert_there(&world, new).await;
}

#[tokio::test]
async fn of_an_erased_account_what_is_sent_stays_and_nothing_else() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = app.group(&[&alice, &bob]).await;
    let (sent, face, unsent) =
        (world.picture(&alice).await, world.picture(&alice).await, world.picture(&alice).await);
    let pending = world.uploaded(&alice).await;
    world.sent(&alice, group, "image", &[sent]).await;
    shows(&world, &alice, Some(face)).await;
    world
        .behind(format!(
            "UPDATE users SET deleted_at = now(), avatar_media_id = NULL WHERE id = '{}'",
            alice.id
        ))
        .await;
    world.sweeps().await;
    for media in [face, unsent, pending] {
        assert_gone(&world, media).await;
    }
    assert_there(&world, sent).await;
    world.gets(&bob, sent).await.ok();
}

#[tokio::test]
async fn what_no_worker_has_finished_is_sent_again_and_in_the_end_given_up() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (waiting, abandoned) = (world.uploaded(&alice).await, world.uploaded(&alice).await);
    let set = |media: MediaId, what: &str| format!("UPDATE media SET {what} WHERE id = '{media}'");
    world.behind(set(waiting, "status = 'uploaded', sequencer = '01', uploaded_at = now()")).await;
    let run = "status = 'processing', sequencer = '01', uploaded_at = now(), claimed_at = now(), run_id = gen_random_uuid(), attempts = 2";
    world.behind(set(abandoned, run)).await;
    let sweeps = async || {
        let swept = world.sweeps().await;
        (swept["sent"].as_i64().unwrap(), swept["given_up"].as_i64().unwrap())
    };
    assert_eq!(sweeps().await, (0, 0), "somebody may be about to");
    world.behind(set(waiting, "uploaded_at = now() - interval '2 minutes'")).await;
    world.behind(set(abandoned, "claimed_at = now() - interval '6 minutes'")).await;
    assert_eq!(sweeps().await, (2, 0));
    assert_eq!(sweeps().await, (0, 0), "they are on their way");
    let tasks = world.queue.sent();
    assert_eq!(tasks.len(), 2);
    assert!(tasks.contains(&again(waiting)) && tasks.contains(&again(abandoned)), "{tasks:?}");
    for body in tasks {
        world.works(PICTURE, &body).await.unwrap();
    }
    world.assert_status(waiting, "ready").await;
    world.assert_status(abandoned, "ready").await;

    let hopeless = world.uploaded(&alice).await;
    world.behind(set(hopeless, &run.replace("attempts = 2", "attempts = 3"))).await;
    assert_eq!(sweeps().await, (0, 0));
    world.behind(set(hopeless, "claimed_at = now() - interval '6 minutes'")).await;
    assert_eq!(sweeps().await, (0, 1));
    assert_eq!(world.gets(&alice, hopeless).await.ok()["failure"], "processing_failed");
    assert_eq!(world.events(hopeless).await, ["media.failed"]);
}

#[tokio::test]
async fn what_the_queue_does_not_take_is_sent_the_next_time() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let waiting = world.uploaded(&alice).await;
    world
        .behind("UPDATE media SET status = 'uploaded', sequencer = '01', uploaded_at = now() - interval '2 minutes'")
        .await;
    let broken = testkit::FakeQueue::default();
    broken.breaks();
    let swept = media::sweep_media::handle(&world.app.app, &world.objects, &broken).await.unwrap();
    assert_eq!(swept["sent"], 0);
    assert_eq!(world.sweeps().await["sent"], 1);
    assert_eq!(world.queue.sent(), [again(waiting)]);
}

#[tokio::test]
async fn a_sweep_that_ends_anywhere_is_gone_on_with() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut pictures = Vec::new();
    for _ in 0..3 {
        pictures.push(world.picture(&alice).await);
    }
    a_day_later(&world).await;
    world.objects.set_broken(true);
    let swept: Value = world.sweeps().await;
    assert_eq!((&swept["dropped"], &swept["destroyed"]), (&json!(3), &json!(0)));
    assert_eq!(world.number("SELECT count(*) FROM media_remains").await, 3);
    assert_eq!(world.stored(pictures[0]).len(), 3);
    world.objects.set_broken(false);
    assert_eq!(world.sweeps().await["destroyed"], 3);
    for picture in pictures {
        assert_gone(&world, picture).await;
    }
}

/// A file that is looked at when it is due, and attached at that moment, stays.
#[tokio::test]
async fn what_is_attached_while_it_is_looked_at_stays() {
    use sqlx::Connection;
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let picture = world.picture(&alice).await;
    a_day_later(&world).await;
    let mut connection = app.connect().await;
    let mut choosing = connection.begin().await.unwrap();
    // As the statements that choose a picture do.
    for statement in [
        "SELECT FROM media WHERE id = $1 FOR KEY SHARE",
        "UPDATE users SET avatar_media_id = $1 WHERE username = 'alice'",
    ] {
        sqlx::query(statement).bind(picture.0).execute(&mut *choosing).await.unwrap();
    }
    let commit = async {
        loop {
            let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
            if world.number(waiting).await > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        choosing.commit().await.unwrap();
    };
    let (swept, ()) = tokio::join!(world.sweeps(), commit);
    assert_eq!(swept["dropped"], 0);
    assert_there(&world, picture).await;
}

#[tokio::test]
async fn an_upload_after_its_deletion_is_nobodys() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let media = world.announced(&alice, "image", "image/png", 7).await;
    assert_eq!(world.deletes(&alice, media).await.status, 204);
    world.sweeps().await;
    world.objects.add(&upload_key(media), b"picture");
    world.works(PICTURE, &event(media, "01")).await.unwrap();
    assert_eq!(world.stored(media), [upload_key(media)], "the bucket itself forgets it");
    assert_eq!(world.status(media).await, None);
}
