//! The workers of schedules that end what has had its time.

use std::collections::BTreeSet;
use std::sync::Arc;

use conversations::purge_ended;
use keys::{Ledger, write_shreds};
use messages::destroy_expired;
use realtime::sweep_connections;
use testkit::{FakeLockedBucket, scheduled_and_killed_at_every_wait};
use uuid::Uuid;

use super::world::{World, behind, number};

#[tokio::test]
async fn what_is_over_ends_once_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let notes = world.app.group(&[&alice]).await;
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            for text in ["one", "two"] {
                world.sends(&alice, notes, text).await;
            }
            let over = "UPDATE messages SET expires_at = now() - interval '1 second' WHERE deleted_at IS NULL";
            behind(&world.app, over).await;
        },
        async || world.app.connected_environment().await,
        async |app|  destroy_expired::handle(app).await.unwrap(),
        async |round, ()| {
            let ended = "SELECT count(*) FROM messages WHERE deleted_at IS NOT NULL AND sealed IS NULL";
            let all = i64::try_from(2 * (round + 1)).unwrap();
            assert_eq!(number(&world.app, ended).await, all, "round {round}");
            let told = "SELECT count(*) FROM outbox WHERE type = 'message.deleted'";
            assert_eq!(number(&world.app, told).await, all, "round {round}: each once");
            let dense = "SELECT count(DISTINCT change_seq) FROM outbox WHERE type IN ('message.created', 'message.deleted')";
            assert_eq!(number(&world.app, dense).await, 2 * all, "round {round}: each its own change");
        },
    )
    .await;
    println!("destroy_expired was killed {killed} times");
    assert!(killed > 4, "{killed}");
}

#[tokio::test]
async fn old_changes_go_and_young_ones_stay_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (old, young) = (world.app.group(&[&alice]).await, world.app.group(&[&alice]).await);
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            behind(&world.app, "DELETE FROM outbox").await;
            for text in ["one", "two"] {
                world.sends(&alice, old, text).await;
            }
            let aged = format!(
                "UPDATE outbox SET created_at = now() - interval '31 days', published_at = now() WHERE conversation_id = '{old}'"
            );
            behind(&world.app, aged).await;
            world.sends(&alice, young, "young").await;
        },
        async || world.app.connected_environment().await,
        async |app|  purge_ended::handle(app).await.unwrap(),
        async |round, ()| {
            let left = format!("SELECT count(*) FROM outbox WHERE conversation_id = '{young}'");
            assert_eq!(number(&world.app, left).await, 1, "round {round}");
            let gone = format!("SELECT count(*) FROM outbox WHERE conversation_id = '{old}'");
            assert_eq!(number(&world.app, gone).await, 0, "round {round}");
        },
    )
    .await;
    println!("purge_ended was killed {killed} times");
    assert!(killed > 4, "{killed}");
}

#[tokio::test]
async fn what_was_destroyed_is_in_the_ledger_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let bucket = FakeLockedBucket::default();
    let alice = world.app.somebody("alice").await;
    let deployment: Uuid = sqlx::query_scalar("SELECT id FROM deployment")
        .fetch_one(&mut world.app.connect().await)
        .await
        .unwrap();
    let mut destroyed = BTreeSet::new();
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            for _ in 0..2 {
                let group = world.app.group(&[&alice]).await;
                let keys = format!("DELETE FROM conversation_keys WHERE conversation_id = '{group}'");
                behind(&world.app, keys).await;
                destroyed.insert(group.0);
            }
            destroyed.clone()
        },
        async || world.app.connected_environment().await,
        async |app| write_shreds::handle(app, &bucket).await.unwrap(),
        async |round, destroyed| {
            let read = |(_, content): &(String, Vec<u8>)| {
                let ledger = Ledger::parse(deployment, content).unwrap();
                ledger.shreds().iter().map(|shred| shred.id).collect::<Vec<_>>()
            };
            let carried: BTreeSet<Uuid> = bucket.objects().iter().flat_map(read).collect();
            assert_eq!(carried, destroyed, "round {round}");
            assert_eq!(number(&world.app, "SELECT count(*) FROM shreds").await, 0, "round {round}");
        },
    )
    .await;
    println!("write_shreds was killed {killed} times");
    assert!(killed > 4, "{killed}");
}

#[tokio::test]
async fn sockets_whose_time_is_over_are_closed_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let killed = scheduled_and_killed_at_every_wait(
        async |round| {
            let somebody = world.app.somebody(&format!("user{round}")).await;
            let socket = world.connects(&somebody).await;
            behind(&world.app, "UPDATE connections SET expires_at = now() - interval '1 second'").await;
            socket
        },
        async || world.app.connected_environment().await,
        async |app| sweep_connections::handle(app, Arc::clone(&world.gateway) as _).await.unwrap(),
        async |round, socket| {
            assert!(world.gateway.closed().contains(&socket), "round {round}");
            assert_eq!(number(&world.app, "SELECT count(*) FROM connections").await, 0, "round {round}");
        },
    )
    .await;
    println!("sweep_connections was killed {killed} times");
    assert!(killed > 4, "{killed}");
}
