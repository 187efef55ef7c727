use notifications::outbound::{Outbound, Reach, Version};
use notifications::url::LocalReceivers;
use notifications::{create_webhook, send_webhooks};
use serde_json::json;
use shared::serve::HttpHandler;
use testkit::{FakeQueue, Receiver, Request, killed_at_every_wait};

use super::world::{World, behind, number, of_event, one_by_one};

const CREATE: HttpHandler = |app, call| Box::pin(create_webhook::handle(app, LocalReceivers::Allowed, call));

/// The time until another may try what somebody was at.
const LEASE_ENDS: &str =
    "UPDATE webhook_deliveries SET leased_until = now(), due_at = now() WHERE state = 'pending'";

#[tokio::test]
async fn a_receiver_is_told_under_one_id_wherever_a_worker_is_killed() {
    let world = World::start().await;
    let receivers = [Receiver::start().await, Receiver::start().await];
    let root = world.app.somebody_of_role("root", "admin").await;
    for receiver in &receivers {
        let body = json!({"url": receiver.url(), "events": ["message.created"]});
        world.app.call(CREATE, Request::post("/v1/admin/webhooks", &body).by(&root)).await.created();
    }
    let notes = world.app.group(&[&root]).await;
    let queue = FakeQueue::default();
    let mut repeated = 0;
    let killed = killed_at_every_wait(
        async |_| {
            world.sends(&root, notes, "Hello").await;
            let event = *world.untold().await.last().unwrap();
            (vec![of_event(event)], event)
        },
        async || world.app.connected_environment().await,
        async |app, batch| {
            let outbound = Outbound::new(Reach::Public(LocalReceivers::Allowed), Version::One);
            one_by_one(&batch, async |task| {
                Box::pin(send_webhooks::handle(app, &outbound, &queue, task)).await
            })
            .await
        },
        async || behind(&world.app, LEASE_ENDS).await,
        async |round, event| {
            for receiver in &receivers {
                let told = receiver.received();
                let told = told.iter().filter(|request| request.header("webhook-id") == event.to_string());
                let told = told.count();
                assert!((1..=2).contains(&told), "round {round}: {told} times");
                repeated += told - 1;
            }
            let delivered = format!(
                "SELECT count(*) FROM webhook_deliveries WHERE event_id = '{event}' AND state = 'delivered'"
            );
            assert_eq!(number(&world.app, delivered).await, 2, "round {round}");
            let all = format!("SELECT count(*) FROM webhook_deliveries WHERE event_id = '{event}'");
            assert_eq!(number(&world.app, all).await, 2, "round {round}");
        },
    )
    .await;
    println!("send_webhooks was killed {killed} times; {repeated} requests came twice, under the same id");
    assert!(killed > 5, "{killed}");
    assert!(repeated < 2 * killed, "only what was under way is told again");
}
