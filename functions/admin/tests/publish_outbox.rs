//! Events, in process: told after the commit, and by the sweep when that was in vain.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use admin::publish_outbox;
use messages::send_message;
use serde_json::{Value, json};
use shared::crypto::BoxFuture;
use shared::id::ConversationId;
use shared::outbox::Events;
use shared::queue::{Queue, QueueFailure};
use shared::serve::HttpHandler;
use testkit::{Answer, FakeQueue, LogCounter, Request, Somebody, TestApp, new_id};
use uuid::Uuid;

const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));

/// A deployment whose events go to a queue, and somebody with a group to talk in.
struct World {
    app: TestApp,
    queue: Arc<FakeQueue>,
    alice: Somebody,
    group: ConversationId,
}

impl World {
    async fn new() -> Self {
        let mut app = TestApp::start().await;
        let queue = Arc::new(FakeQueue::default());
        app.app.events = Some(Events::to(queue.clone()));
        let alice = app.somebody("alice").await;
        let group = app.group(&[&alice]).await;
        Self { app, queue, alice, group }
    }

    async fn sends(&self, body: &Value) -> Answer {
        let request = Request::post("/v1/conversations/{conversation_id}/messages", body);
        self.app.call(SEND, request.at("conversation_id", self.group).by(&self.alice)).await
    }

    async fn says(&self, text: &str) -> Answer {
        self.sends(&json!({"client_id": new_id(), "type": "text", "text": text})).await
    }

    /// The ids that the queue was given, in order.
    fn told(&self) -> Vec<Uuid> {
        let ids = |body: &String| -> Vec<Uuid> {
            serde_json::from_value(serde_json::from_str::<Value>(body).unwrap()["event_ids"].take()).unwrap()
        };
        self.queue.sent().iter().flat_map(ids).collect()
    }

    async fn written(&self) -> BTreeSet<Uuid> {
        let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM outbox")
            .fetch_all(&mut self.app.connect().await)
            .await
            .unwrap();
        ids.into_iter().collect()
    }

    async fn alter(&self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.app.connect().await).await.unwrap();
    }

    async fn sweeps(&self) -> Value {
        publish_outbox::handle(&self.app.app, &*self.queue).await.unwrap()["sent"].clone()
    }
}

const DUE: &str = "UPDATE outbox SET due_at = now() - interval '1 second'";

#[tokio::test]
async fn what_was_done_is_told_at_once_and_what_was_not_is_not() {
    let world = World::new().await;
    world.says("").await.invalid(&[("text", "too_short")]);
    assert_eq!(world.queue.sent(), Vec::<String>::new());
    let body = json!({"client_id": new_id(), "type": "text", "text": "hello"});
    world.sends(&body).await.created();
    let told = world.told();
    assert_eq!(told.iter().copied().collect::<BTreeSet<_>>(), world.written().await);
    let expected = json!({"event_ids": told}).to_string();
    assert_eq!(world.queue.sent(), [expected], "ids and nothing else");
    let round_trips = world.app.proxy.round_trips();
    world.says("known key").await.created();
    assert_eq!(world.app.proxy.round_trips() - round_trips, 1);
    assert_eq!(world.sweeps().await, 0, "it is not older than ten seconds");
}

#[tokio::test]
async fn what_is_acknowledged_while_the_queue_is_away_is_told_once_it_is_back() {
    let world = World::new().await;
    world.queue.breaks();
    let given_up = LogCounter::of("events are left to the sweep");
    for text in ["one", "two", "three"] {
        world.says(text).await.created();
    }
    assert_eq!(given_up.taken(), 1, "the others do not wait for a queue that is away");
    world.alter(DUE).await;
    assert_eq!(world.sweeps().await, 0);
    world.queue.is_mended();
    assert_eq!(world.sweeps().await, 3);
    assert_eq!(world.told().into_iter().collect::<BTreeSet<_>>(), world.written().await);
    assert_eq!(world.sweeps().await, 0, "they are given time to be told");
    // Nobody has told two of them: they come once more.
    world.alter("UPDATE outbox SET published_at = now() WHERE change_seq = 2").await;
    world.alter(DUE).await;
    assert_eq!(world.sweeps().await, 2);
    // And at once again, after ten seconds.
    world.app.clock.advance(Duration::from_secs(11));
    let told = world.told().len();
    world.says("four").await.created();
    assert_eq!(world.told().len(), told + 1);
}

#[tokio::test]
async fn many_are_told_in_few_messages() {
    let world = World::new().await;
    world
        .alter(
            "INSERT INTO outbox (id, type, user_id, due_at)
             SELECT gen_random_uuid(), 'presence.updated', gen_random_uuid(), now() - interval '1 second' FROM generate_series(1, 2501)",
        )
        .await;
    assert_eq!(world.sweeps().await, 2501);
    assert_eq!(world.queue.sent().len(), 26);
    assert_eq!(world.told().into_iter().collect::<BTreeSet<_>>(), world.written().await);
}

/// A queue that never answers.
struct Silent;

impl Queue for Silent {
    fn send(&self, _body: String) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(std::future::pending())
    }

    fn send_all(&self, _bodies: Vec<String>) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_queue_that_does_not_answer_keeps_nobody() {
    let mut world = World::new().await;
    world.app.app.events = Some(Events::to(Arc::new(Silent)));
    let given_up = LogCounter::of("events are left to the sweep");
    world.says("hello").await.created();
    assert_eq!(given_up.taken(), 1);
}
