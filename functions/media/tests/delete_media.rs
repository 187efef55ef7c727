//! `DELETE /v1/media/{media_id}`, in process.

use testkit::{Request, new_id};

use crate::talk::{DELETE, NOTHING, ONE, World};

#[tokio::test]
async fn an_upload_that_nothing_holds_goes_in_one_round_trip_and_its_objects_follow() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (picture, other) = (world.picture(&alice).await, world.picture(&alice).await);
    world.objects.add(&shared::media::upload_key(picture), b"once more");
    assert_eq!(world.stored(picture).len(), 4);
    world.deletes(&alice, new_id().into()).await.problem(404, "not_found");
    let round_trips = world.app.proxy.round_trips();
    assert_eq!(world.deletes(&alice, picture).await.status, 204);
    assert_eq!(world.app.proxy.round_trips() - round_trips, 1);
    world.gets(&alice, picture).await.problem(404, "not_found");
    world.deletes(&alice, picture).await.problem(404, "not_found");
    assert_eq!(world.number("SELECT count(*) FROM media_variants").await, 2, "those of the other");
    world.sweeps().await;
    assert_eq!(world.stored(picture), NOTHING);
    assert_eq!(world.stored(other).len(), 3);
    assert_eq!(world.number("SELECT count(*) FROM media_remains").await, 0);
}

#[tokio::test]
async fn what_is_pending_goes_too() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let media = world.uploaded(&alice).await;
    assert_eq!(world.deletes(&alice, media).await.status, 204);
    world.works(crate::talk::PICTURE, &crate::talk::event(media, "01")).await.unwrap();
    assert_eq!(world.status(media).await, None);
    world.sweeps().await;
    assert_eq!(world.stored(media), NOTHING);
}

#[tokio::test]
async fn what_somebody_shows_stays() {
    let world = World::start().await;
    let app = &world.app;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = app.group(&[&alice, &bob]).await;
    let (sent, face, badge) =
        (world.picture(&alice).await, world.picture(&alice).await, world.picture(&alice).await);
    world.sent(&alice, group, "image", &[sent]).await;
    world.behind(format!("UPDATE users SET avatar_media_id = '{face}' WHERE id = '{}'", alice.id)).await;
    world.behind(format!("UPDATE conversations SET avatar_media_id = '{badge}' WHERE id = '{group}'")).await;
    for media in [sent, face, badge] {
        world.deletes(&alice, media).await.problem(409, "media_attached");
        world.deletes(&bob, media).await.problem(403, "not_author");
        world.assert_status(media, "ready").await;
    }
    let mine = world.picture(&bob).await;
    world.deletes(&alice, mine).await.problem(404, "not_found");
    world.deletes(&alice, new_id().into()).await.problem(404, "not_found");
    world.assert_status(mine, "ready").await;
    let request = Request::delete(ONE).at("media_id", mine);
    app.call(DELETE, request).await.problem(401, "unauthenticated");
    world.behind("UPDATE sessions SET revoked_at = now()").await;
    world.deletes(&bob, mine).await.problem(401, "unauthenticated");
    world.assert_status(mine, "ready").await;
}

/// Whoever is about to attach a file holds it: a deletion beside them waits, and then sees that it is held.
#[tokio::test]
async fn a_file_that_is_being_attached_is_not_deleted() {
    use sqlx::Connection;
    let world = World::start().await;
    let app = &world.app;
    let alice = app.somebody("alice").await;
    let group = app.group(&[&alice]).await;
    let picture = world.picture(&alice).await;
    let first = world.sent(&alice, group, "image", &[world.picture(&alice).await]).await;
    let mut connection = app.connect().await;
    let mut attaching = connection.begin().await.unwrap();
    let attach =
        "INSERT INTO message_media (conversation_id, seq, position, media_id) VALUES ($1, $2, 2, $3)";
    sqlx::query(attach).bind(group.0).bind(first).bind(picture.0).execute(&mut *attaching).await.unwrap();
    let deletion = world.deletes(&alice, picture);
    let commit = async {
        // Until the deletion waits for it.
        loop {
            let waiting: i64 = world
                .number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
                .await;
            if waiting > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        attaching.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(deletion, commit);
    answer.problem(409, "media_attached");
    world.assert_status(picture, "ready").await;
}
