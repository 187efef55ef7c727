use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use testkit::killed_at_every_wait;

use super::world::{World, behind, number, of_event, of_events};

const DEVICE: &str = "INSERT INTO devices (user_id, id, session_id, platform, token_hash, keyring_id, sealed, place)
    SELECT users.id, gen_random_uuid(), sessions.id, 'fcm', sha256('token'), keyring.id, '', 1
    FROM users JOIN sessions ON sessions.user_id = users.id, keys.keyring AS keyring WHERE username = 'carol' LIMIT 1";
const WEBHOOK: &str = "INSERT INTO webhooks (id, url, events, secret_id, secret_keyring_id, secret_sealed, place)
    SELECT gen_random_uuid(), '', '{message.created}', gen_random_uuid(), id, '', 1 FROM keys.keyring LIMIT 1";

/// Until the queue gives the tasks of a worker that was killed to another: `VisibilityTimeout` of the template.
const VISIBILITY: Duration = Duration::from_mins(6);

fn seqs(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["change_seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn everybody_hears_of_everything_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let (alice, bob, carol) = (
        world.app.somebody("alice").await,
        world.app.somebody("bob").await,
        world.app.somebody("carol").await,
    );
    let (hers, his) = (world.connects(&alice).await, world.connects(&bob).await);
    let stranger = world.connects(&world.app.somebody("eve").await).await;
    // Carol is away; her telephone and a webhook are told by their own workers.
    let group = world.app.group(&[&alice, &bob, &carol]).await;
    behind(&world.app, DEVICE).await;
    behind(&world.app, WEBHOOK).await;
    let mut repeated = 0;
    let killed = killed_at_every_wait(
        async |_| {
            let mut expected = Vec::new();
            for text in ["one", "two", "three"] {
                let sent = world.sends(&alice, group, text).await;
                expected.push(sent["change_seq"].as_i64().unwrap());
            }
            (of_events(&world.untold().await), expected)
        },
        async || world.app.connected_environment().await,
        async |app, batch| world.delivers_in(app, &batch).await,
        async || world.app.clock.advance(VISIBILITY),
        async |waits, expected| {
            world.does_what_is_left().await;
            let all: BTreeSet<i64> = expected.iter().copied().collect();
            for socket in [&hers, &his] {
                let told = seqs(&world.gateway.events(socket));
                assert_eq!(told.iter().copied().collect::<BTreeSet<_>>(), all, "after {waits} waits");
                // Once more by the worker that was killed before it noted it, and never again.
                assert!(told.len() <= 2 * all.len(), "after {waits} waits: {told:?}");
                repeated += told.len() - all.len();
            }
            assert!(world.untold().await.is_empty());
            let told = "SELECT id FROM outbox WHERE change_seq = ANY ($1) ORDER BY id";
            let told: Vec<uuid::Uuid> = sqlx::query_scalar(told)
                .bind(&expected)
                .fetch_all(&mut world.app.connect().await)
                .await
                .unwrap();
            let told: BTreeSet<String> = told.into_iter().map(of_event).collect();
            for queue in [&world.push, &world.webhooks] {
                let sent: BTreeSet<String> = queue.take().into_iter().map(|(body, _)| body).collect();
                assert_eq!(sent, told, "after {waits} waits");
            }
        },
    )
    .await;
    println!("deliver_events was killed {killed} times; {repeated} events were told twice to a socket");
    assert!(killed > 10, "{killed}");
    assert!(world.gateway.events(&stranger).is_empty());
    // The last one was not killed: everything once, though every task came twice.
    assert!(world.gateway.events(&hers).is_empty());
}

#[tokio::test]
async fn the_last_word_of_a_large_conversation_is_told_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (hers, his) = (world.connects(&alice).await, world.connects(&bob).await);
    let group = world.app.group(&[&alice, &bob]).await;
    behind(&world.app, "UPDATE conversations SET member_count = 101").await;
    let killed = killed_at_every_wait(
        async |_| {
            world.sends(&alice, group, "one").await;
            let last = world.sends(&alice, group, "two").await["change_seq"].as_i64().unwrap();
            (of_events(&world.untold().await), last)
        },
        async || world.app.connected_environment().await,
        async |app, batch| world.delivers_in(app, &batch).await,
        async || world.app.clock.advance(VISIBILITY),
        async |waits, last| {
            world.does_what_is_left().await;
            for socket in [&hers, &his] {
                let told = seqs(&world.gateway.events(socket));
                assert_eq!(told.last(), Some(&last), "after {waits} waits: {told:?}");
            }
            assert!(world.untold().await.is_empty());
        },
    )
    .await;
    println!("deliver_events was killed {killed} times while it told a large conversation");
    assert!(killed > 5, "{killed}");

    // The same while another hint went out a moment ago.
    let killed = killed_at_every_wait(
        async |_| {
            world.sends(&alice, group, "a moment ago").await;
            let before = of_events(&world.untold().await);
            let record = serde_json::json!({"Records": [{"messageId": "before", "body": before[0]}]});
            world.app.clock.advance(VISIBILITY);
            world.delivers(&record).await;
            world.gateway.events(&hers);
            world.gateway.events(&his);
            let last = world.sends(&alice, group, "now").await["change_seq"].as_i64().unwrap();
            (of_events(&world.untold().await), last)
        },
        async || world.app.connected_environment().await,
        async |app, batch| world.delivers_in(app, &batch).await,
        async || world.app.clock.advance(VISIBILITY),
        async |waits, last| {
            world.does_what_is_left().await;
            for socket in [&hers, &his] {
                let told = seqs(&world.gateway.events(socket));
                assert_eq!(told.last(), Some(&last), "after {waits} waits: {told:?}");
            }
        },
    )
    .await;
    println!("deliver_events was killed {killed} times while it put off a hint");
    assert!(killed > 5, "{killed}");
}

#[tokio::test]
async fn sockets_of_a_session_that_ended_are_closed_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let killed = killed_at_every_wait(
        async |round| {
            let alice = world.app.somebody(&format!("alice{round}")).await;
            let socket = world.connects(&alice).await;
            let revoked = format!(
                "UPDATE sessions SET revoked_at = now() WHERE id = '{}';
                 INSERT INTO outbox (id, type, user_id) VALUES (gen_random_uuid(), 'session.revoked', '{}')",
                alice.session, alice.id
            );
            behind(&world.app, revoked).await;
            (of_events(&world.untold().await), socket)
        },
        async || world.app.connected_environment().await,
        async |app, batch| world.delivers_in(app, &batch).await,
        async || world.app.clock.advance(VISIBILITY),
        async |waits, socket| {
            assert!(world.gateway.closed().contains(&socket), "after {waits} waits");
            assert_eq!(number(&world.app, "SELECT count(*) FROM connections").await, 0);
        },
    )
    .await;
    println!("deliver_events was killed {killed} times while it closed a socket");
    assert!(killed > 5, "{killed}");
}
