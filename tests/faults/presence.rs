use serde_json::json;
use shared::clock::Clock;
use shared::worker::{BatchHandler, Limits, run_batches};
use testkit::{TestApp, killed_at_every_wait, scheduled_and_killed_at_every_wait};
use users::{expire_presence, record_presence};

use super::world::{behind, number};

const RECORD: BatchHandler<record_presence::Seen> =
    |app, batch| Box::pin(record_presence::handle(app, batch));

fn told_of(name: &str) -> String {
    format!(
        "SELECT count(*) FROM outbox JOIN users ON users.id = user_id
         WHERE type = 'presence.updated' AND username = '{name}'"
    )
}

#[tokio::test]
async fn who_comes_is_told_of_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let killed = killed_at_every_wait(
        async |round| {
            let somebody = app.somebody(&format!("user{round}")).await;
            let now = app.clock.now().unix_timestamp();
            let seen = |at: i64| json!({"user_id": somebody.id, "at": at}).to_string();
            (vec![seen(now), seen(now - 40)], format!("user{round}"))
        },
        async || app.connected_environment().await,
        async |app, batch| run_batches(app, "presence", RECORD, &batch, Limits::default()).await.answer,
        async || {},
        async |_, name| {
            assert_eq!(number(&app, told_of(&name)).await, 1, "{name}");
            // However late the older one came.
            let late = format!(
                "SELECT count(*) FROM users WHERE username = '{name}' AND last_seen_at < now() - interval '30 seconds'"
            );
            assert_eq!(number(&app, late).await, 0, "{name}");
        },
    )
    .await;
    println!("record_presence was killed {killed} times");
    assert!(killed > 1, "{killed}");
}

#[tokio::test]
async fn who_goes_is_told_of_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let killed = scheduled_and_killed_at_every_wait(
        async |round| {
            let name = format!("user{round}");
            app.somebody(&name).await;
            let away = format!(
                "UPDATE users SET shown_online = true, last_seen_at = now() - interval '6 minutes' WHERE username = '{name}'"
            );
            behind(&app, away).await;
            name
        },
        async || app.connected_environment().await,
        async |app|  expire_presence::handle(app).await.unwrap(),
        async |_, name| {
            assert_eq!(number(&app, told_of(&name)).await, 1, "{name}");
            assert_eq!(number(&app, "SELECT count(*) FROM users WHERE shown_online").await, 0);
        },
    )
    .await;
    println!("expire_presence was killed {killed} times");
    assert!(killed > 1, "{killed}");
}
