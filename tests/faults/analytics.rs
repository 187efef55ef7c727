use admin::roll_up_analytics;
use testkit::scheduled_and_killed_at_every_wait;

use super::world::{World, number};

#[tokio::test]
async fn every_message_is_counted_once_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let notes = world.app.group(&[&alice]).await;
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            for text in ["one", "two"] {
                world.sends(&alice, notes, text).await;
            }
        },
        async || world.app.connected_environment().await,
        async |app| roll_up_analytics::handle(app).await.unwrap(),
        async |round, ()| {
            let counted = "SELECT sum((counts->'messages'->>'total')::bigint)::bigint FROM analytics_hourly";
            let said = i64::try_from(2 * (round + 1)).unwrap();
            assert_eq!(number(&world.app, counted).await, said, "round {round}");
        },
    )
    .await;
    println!("roll_up_analytics was killed {killed} times");
    assert!(killed > 2, "{killed}");
}
