use std::collections::BTreeSet;
use std::sync::Arc;

use admin::publish_outbox;
use serde_json::Value;
use testkit::{FakeQueue, TestApp, scheduled_and_killed_at_every_wait};
use uuid::Uuid;

use super::world::{behind, number};

#[tokio::test]
async fn whatever_is_due_is_sent_wherever_the_sweep_is_killed() {
    let app = TestApp::start().await;
    let queue = Arc::new(FakeQueue::default());
    let mut twice = 0;
    let killed = scheduled_and_killed_at_every_wait(
        async |_| {
            queue.take();
            // More than one message of the queue.
            let due = "DELETE FROM outbox;
                       INSERT INTO outbox (id, type, user_id, due_at)
                       SELECT gen_random_uuid(), 'presence.updated', gen_random_uuid(), now() - interval '1 second'
                       FROM generate_series(1, 250)";
            behind(&app, due).await;
        },
        async || app.connected_environment().await,
        async |app|  publish_outbox::handle(app, &*queue).await.unwrap(),
        async |round, ()| {
            let ids = |body: &String| -> Vec<Uuid> {
                let mut body: Value = serde_json::from_str(body).unwrap();
                serde_json::from_value(body["event_ids"].take()).unwrap()
            };
            let sent: Vec<Uuid> = queue.sent().iter().flat_map(ids).collect();
            let unique: BTreeSet<Uuid> = sent.iter().copied().collect();
            let written: Vec<Uuid> =
                sqlx::query_scalar("SELECT id FROM outbox").fetch_all(&mut app.connect().await).await.unwrap();
            assert_eq!(unique, written.into_iter().collect(), "round {round}");
            assert!(sent.len() <= 2 * unique.len(), "round {round}: {}", sent.len());
            twice += sent.len() - unique.len();
            let due = "SELECT count(*) FROM outbox WHERE due_at < now()";
            assert_eq!(number(&app, due).await, 0, "round {round}: they are given time to be told");
        },
    )
    .await;
    println!("publish_outbox was killed {killed} times; {twice} events were sent twice");
    assert!(killed > 4, "{killed}");
}
