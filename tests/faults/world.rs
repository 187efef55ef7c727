//! The words that tests of faults talk in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use messages::send_message;
use realtime::connection::{ConnectionFailure, Connections};
use realtime::deliver_events::{self, Outside, Pace, Tools};
use realtime::work::Work;
use serde_json::{Value, json};
use shared::App;
use shared::crypto::BoxFuture;
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use shared::worker::{Task, TaskFailure};
use testkit::{FakeQueue, Request, Somebody, TestApp, new_id, task};
use tokio::task::yield_now;
use uuid::Uuid;

pub const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
pub const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";

/// A gateway that keeps what it is sent. Every so manieth frame finds it busy.
#[derive(Default)]
pub struct Gateway {
    frames: Mutex<BTreeMap<String, Vec<Value>>>,
    calls: AtomicUsize,
    busy_every: AtomicUsize,
    closed: Mutex<BTreeSet<String>>,
}

impl Gateway {
    /// From now on one call of so many is answered that it is too much at once.
    pub fn is_busy_at_every(&self, calls: usize) {
        self.busy_every.store(calls, SeqCst);
    }

    /// The events that a connection has got since this was last asked, each as often as it came.
    pub fn events(&self, connection: &str) -> Vec<Value> {
        let frames = self.frames.lock().unwrap().remove(connection).unwrap_or_default();
        let several = |frame: Value| match frame["events"].as_array() {
            Some(events) => events.clone(),
            None => vec![frame],
        };
        frames.into_iter().flat_map(several).collect()
    }

    pub fn closed(&self) -> BTreeSet<String> {
        self.closed.lock().unwrap().clone()
    }

    async fn call(&self) -> Result<(), ConnectionFailure> {
        yield_now().await;
        let (call, every) = (self.calls.fetch_add(1, SeqCst), self.busy_every.load(SeqCst));
        if every > 0 && call % every == 0 {
            return Err(ConnectionFailure::Busy("429".to_owned()));
        }
        Ok(())
    }
}

impl Connections for Gateway {
    fn post<'a>(
        &'a self,
        connection: &'a str,
        frame: &'a str,
    ) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            self.call().await?;
            let frame: Value = serde_json::from_str(frame).unwrap();
            self.frames.lock().unwrap().entry(connection.to_owned()).or_default().push(frame);
            // As over a network: it has the frame before its sender knows.
            yield_now().await;
            Ok(())
        })
    }

    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            self.call().await?;
            self.closed.lock().unwrap().insert(connection.to_owned());
            yield_now().await;
            Ok(())
        })
    }

    fn find<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(self.call())
    }
}

/// A deployment with its gateway and its queues.
pub struct World {
    pub app: TestApp,
    pub gateway: Arc<Gateway>,
    pub events: Arc<FakeQueue>,
    pub push: Arc<FakeQueue>,
    pub webhooks: Arc<FakeQueue>,
    pub tools: Tools,
}

impl World {
    pub async fn start() -> Self {
        let gateway = Arc::new(Gateway::default());
        let [events, push, webhooks] = [(); 3].map(|()| Arc::new(FakeQueue::default()));
        let tools = Tools {
            connections: Arc::clone(&gateway) as _,
            events: Arc::clone(&events) as _,
            pace: Arc::new(Pace::per_second(1_000_000)),
            outside: Some(Outside { push: Arc::clone(&push) as _, webhooks: Arc::clone(&webhooks) as _ }),
        };
        Self { app: TestApp::start().await, gateway, events, push, webhooks, tools }
    }

    /// An open socket of somebody's.
    pub async fn connects(&self, somebody: &Somebody) -> String {
        let connection = new_id().simple().to_string();
        sqlx::query(
            "INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
             VALUES ($1, $2, $3, 1, now() + interval '2 hours')",
        )
        .bind(&connection)
        .bind(somebody.id.0)
        .bind(somebody.session.0)
        .execute(&mut self.app.connect().await)
        .await
        .unwrap();
        connection
    }

    /// Sends a text over HTTP.
    pub async fn sends(&self, somebody: &Somebody, conversation: ConversationId, text: &str) -> Value {
        let body = json!({"client_id": new_id(), "type": "text", "text": text});
        let request = Request::post(MESSAGES, &body).at("conversation_id", conversation).by(somebody);
        self.app.call(SEND, request).await.created()
    }

    /// Events of the log that nobody has told.
    pub async fn untold(&self) -> Vec<Uuid> {
        let statement = "SELECT id FROM outbox WHERE published_at IS NULL ORDER BY id";
        sqlx::query_scalar(statement).fetch_all(&mut self.app.connect().await).await.unwrap()
    }

    /// One batch through a new environment of `deliver_events`.
    pub async fn delivers(&self, batch: &Value) -> Value {
        self.delivers_in(&self.app.cold_environment(), batch).await
    }

    /// One batch through this environment of `deliver_events`, all of it or nothing.
    pub async fn delivers_in(&self, app: &App, batch: &Value) -> Value {
        let records = batch["Records"].as_array().unwrap();
        let read = |record: &Value| serde_json::from_str::<Work>(record["body"].as_str().unwrap()).unwrap();
        let work: Vec<Work> = records.iter().map(read).collect();
        match deliver_events::handle(app, &self.tools, &work).await {
            Ok(()) => json!({"batchItemFailures": []}),
            Err(_) => {
                let failed = |record: &Value| json!({"itemIdentifier": record["messageId"]});
                json!({"batchItemFailures": records.iter().map(failed).collect::<Vec<_>>()})
            }
        }
    }

    /// Has everything done that workers have left to the queue `events`, each at its time.
    pub async fn does_what_is_left(&self) {
        loop {
            let left = self.events.take();
            if left.is_empty() {
                return;
            }
            for (body, delay) in left {
                self.app.clock.advance(delay);
                let batch = json!({"Records": [{"messageId": "left", "body": body}]});
                assert_eq!(self.delivers(&batch).await, json!({"batchItemFailures": []}));
            }
        }
    }
}

/// Runs a statement behind the handlers' back.
pub async fn behind(app: &TestApp, sql: impl Into<String>) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.into())).execute(&mut app.connect().await).await.unwrap();
}

/// The one number of a statement.
pub async fn number(app: &TestApp, sql: impl Into<String>) -> i64 {
    let sql = sqlx::AssertSqlSafe(sql.into());
    sqlx::query_scalar(sql).fetch_one(&mut app.connect().await).await.unwrap()
}

/// A batch whose tasks are done one by one; the answer names those that failed.
pub async fn one_by_one(batch: &Value, work: impl AsyncFn(Task<'_>) -> Result<(), TaskFailure>) -> Value {
    let mut failed = Vec::new();
    for record in batch["Records"].as_array().unwrap() {
        let [id, body] = ["messageId", "body"].map(|name| record[name].as_str().unwrap());
        if work(task(id, body)).await.is_err() {
            failed.push(json!({"itemIdentifier": id}));
        }
    }
    json!({"batchItemFailures": failed})
}

/// The body of a task that names an event.
pub fn of_event(event: Uuid) -> String {
    json!({"event_id": event}).to_string()
}

/// Tasks that name one event each.
pub fn of_events(events: &[Uuid]) -> Vec<String> {
    events.iter().map(|event| json!({"event_ids": [event]}).to_string()).collect()
}
