//! Large conversations: told once in a while, in pages.

use std::time::Duration;

use realtime::work::{Changed, Whom, Work};
use serde_json::json;
use shared::id::ConversationId;
use testkit::Somebody;

use crate::talk::*;

/// A group of so many, each with so many sockets; the first member is somebody with a socket of their own.
pub async fn crowd(world: &World, members: usize, sockets: usize) -> (Somebody, String, ConversationId) {
    let owner = world.app.somebody("owner").await;
    let socket = world.connects(&owner).await;
    let group = world.app.group(&[&owner]).await;
    world
        .behind(format!(
            "WITH one AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS session, number FROM generate_series(2, {members}) AS number),
             added AS (INSERT INTO users (id, username, display_name) SELECT id, 'member' || number, '' FROM one),
             logged AS (
                 INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
                 SELECT session, id, sha256(id::text::bytea), now() + interval '1 hour', now() + interval '1 day' FROM one
             ),
             joined AS (INSERT INTO members (conversation_id, user_id, role) SELECT '{group}', id, 'member' FROM one)
             INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
             SELECT md5(one.id::text || place), one.id, one.session, place, now() + interval '2 hours'
             FROM one, generate_series(1, {sockets}) AS place"
        ))
        .await;
    world.behind(format!("UPDATE conversations SET member_count = {members}")).await;
    (owner, socket, group)
}

#[tokio::test]
async fn a_large_conversation_is_told_that_it_changed_page_by_page() {
    let world = World::start().await;
    let (owner, socket, group) = crowd(&world, 301, 8).await;
    let before = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst);
    world.sent(&owner, group, "to everybody").await;
    let tasks = world.tells_everything().await;
    let told = world.gateway.events(&socket);
    assert_eq!(kinds(&told), ["conversation.changed"]);
    assert_eq!((&told[0]["change_seq"], &told[0]["data"]["user_id"]), (&json!(2), &json!(null)));
    let frames = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst) - before;
    assert_eq!((frames, tasks), (300 * 8 + 1, 3), "everybody once, a thousand a task");
}

#[tokio::test]
async fn five_messages_a_second_are_told_in_fewer_than_half_as_many_frames() {
    let world = World::start().await;
    let (owner, socket, group) = crowd(&world, 120, 1).await;
    let seconds = 20;
    let (mut frames, mut put_off) = (0, Vec::new());
    let begun = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst);
    for tick in 0..seconds * 5 {
        world.sent(&owner, group, &format!("message {tick}")).await;
        let event_ids = world.waiting().await;
        world.delivers(&[Work::Events(realtime::work::Events { event_ids, whom: Whom::default() })]).await;
        world.app.clock.advance(Duration::from_millis(200));
        put_off
            .extend(world.events.take().into_iter().map(|(body, delay)| (tick + 5 * delay.as_secs(), body)));
        let (due, later): (Vec<_>, Vec<_>) = put_off.into_iter().partition(|(at, _)| *at <= tick);
        put_off = later;
        for (_, body) in due {
            world.delivers(&[serde_json::from_str(&body).unwrap()]).await;
        }
        frames += world.gateway.events(&socket).len();
    }
    for (_, body) in put_off {
        world.delivers(&[serde_json::from_str(&body).unwrap()]).await;
    }
    let last = world.gateway.events(&socket);
    frames += last.len();
    assert_eq!(last.last().unwrap()["change_seq"], seconds * 5 + 1, "the last word is told");
    let all = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst) - begun;
    let deliveries = usize::try_from(seconds * 5).unwrap() * 120;
    println!("{all} frames for {deliveries} deliveries: {} in a thousand", all * 1000 / deliveries);
    assert!(all * 2 <= deliveries, "{all} frames for {deliveries} deliveries");
    assert!(frames * 2 <= usize::try_from(seconds * 5).unwrap(), "{frames} frames to one");
}

#[tokio::test]
async fn of_many_workers_one_tells_and_one_more_task_is_left() {
    let world = std::sync::Arc::new(World::start().await);
    let (_, socket, group) = crowd(&world, 101, 1).await;
    let tell = || {
        let world = std::sync::Arc::clone(&world);
        tokio::spawn(async move {
            let environment = world.app.cold_environment();
            let work = [Work::Changed(Changed { changed_id: group.0, whom: Whom::default() })];
            realtime::deliver_events::handle(&environment, &world.tools, &work).await.unwrap();
        })
    };
    let workers: Vec<_> = (0..8).map(|_| tell()).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(world.gateway.events(&socket).len(), 1);
    let left = world.events.take();
    assert_eq!(left.len(), 1, "{left:?}");
    let due: Work = serde_json::from_str(&left[0].0).unwrap();
    assert!(matches!(&due, Work::Changed(changed) if changed.whom.due));
    world.app.clock.advance(left[0].1);
    world.delivers(&[due]).await;
    assert_eq!(world.gateway.events(&socket).len(), 1);
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn whom_something_happened_to_in_a_large_conversation_is_told_what() {
    let world = World::start().await;
    let (owner, socket, group) = crowd(&world, 101, 1).await;
    for (kind, change_seq) in [("member.updated", "2"), ("receipt.updated", "NULL")] {
        world
            .behind(format!(
                "INSERT INTO outbox (id, type, conversation_id, change_seq, user_id)
                 VALUES (gen_random_uuid(), '{kind}', '{group}', {change_seq}, '{}')",
                owner.id
            ))
            .await;
    }
    let before = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst);
    world.tells_everything().await;
    let told = world.gateway.events(&socket);
    let mut told = kinds(&told);
    told.sort_unstable();
    assert_eq!(told, ["conversation.changed", "member.updated", "receipt.updated"]);
    let frames = world.gateway.calls.load(std::sync::atomic::Ordering::SeqCst) - before;
    assert_eq!(frames, 101 + 1, "nobody else hears of a receipt");
}
