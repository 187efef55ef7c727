//! What is sent on to the workers that tell devices and webhooks.

use std::sync::Arc;

use realtime::deliver_events::{self, Outside};
use realtime::work::{Events, Whom, Work};
use serde_json::json;
use shared::worker::TaskFailure;
use testkit::FakeQueue;
use uuid::Uuid;

use super::talk::World;

const DEVICE: &str = "INSERT INTO devices (user_id, id, session_id, platform, token_hash, keyring_id, sealed, place)
    SELECT users.id, gen_random_uuid(), sessions.id, 'fcm', sha256('token'), keyring.id, '', 1
    FROM users JOIN sessions ON sessions.user_id = users.id, keys.keyring AS keyring WHERE username = 'bob' LIMIT 1";
const WEBHOOK: &str = "INSERT INTO webhooks (id, url, events, secret_id, secret_keyring_id, secret_sealed, place)
    SELECT gen_random_uuid(), '', '{message.created}', gen_random_uuid(), id, '', 1 FROM keys.keyring LIMIT 1";

fn task(id: Uuid) -> String {
    json!({"event_id": id}).to_string()
}

#[tokio::test]
async fn events_go_on_to_whom_they_concern_and_to_nobody_who_did_not_ask() {
    let mut world = World::start().await;
    let (push, webhooks) = (Arc::new(FakeQueue::default()), Arc::new(FakeQueue::default()));
    world.tools.outside =
        Some(Outside { push: Arc::clone(&push) as _, webhooks: Arc::clone(&webhooks) as _ });
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let group = world.app.group(&[&alice, &bob]).await;
    let counts = || (push.take().len(), webhooks.take().len());

    world.sent(&alice, group, "nobody asked").await;
    world.tells_everything().await;
    assert_eq!(counts(), (0, 0));

    world.behind(DEVICE).await;
    world.behind(WEBHOOK).await;
    world.sent(&alice, group, "both are told").await;
    let event = world.waiting().await[0];
    world.tells_everything().await;
    assert_eq!((push.sent(), webhooks.sent()), (vec![task(event)], vec![task(event)]));
    counts();

    let socket = world.connects(&bob).await;
    world.sent(&alice, group, "bob listens").await;
    world.tells_everything().await;
    assert_eq!(counts(), (0, 1));
    world.disconnects(&socket).await;

    world.behind("UPDATE webhooks SET enabled = false").await;
    world.sent(&alice, group, "only the device").await;
    world.tells_everything().await;
    assert_eq!(counts(), (1, 0));
}

#[tokio::test]
async fn an_event_that_could_not_be_sent_on_comes_again() {
    let mut world = World::start().await;
    let (push, webhooks) = (Arc::new(FakeQueue::default()), Arc::new(FakeQueue::default()));
    world.tools.outside =
        Some(Outside { push: Arc::clone(&push) as _, webhooks: Arc::clone(&webhooks) as _ });
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let group = world.app.group(&[&alice, &bob]).await;
    world.behind(DEVICE).await;
    world.sent(&alice, group, "hello").await;
    let event_ids = world.waiting().await;
    let batch = [Work::Events(Events { event_ids: event_ids.clone(), whom: Whom::default() })];
    push.breaks();
    let failed = deliver_events::handle(&world.app.app, &world.tools, &batch).await;
    assert!(matches!(failed, Err(TaskFailure::Retry(_))), "{failed:?}");
    assert_eq!(world.waiting().await, event_ids);
    push.is_mended();
    world.delivers(&batch).await;
    assert_eq!((push.take().len(), world.waiting().await.len()), (1, 0));
}
