//! The words that tests of sockets talk in.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use messages::send_message;
use realtime::connection::{ConnectionFailure, Connections};
use realtime::deliver_events::{self, Pace, Tools};
use realtime::receive_frame::{self, Queues};
use realtime::work::{Events, Whom, Work};
use realtime::{connect_socket, create_ticket, disconnect_socket};
use serde_json::{Value, json};
use shared::App;
use shared::crypto::BoxFuture;
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{Answer, Contract, FakeQueue, Request, Somebody, TestApp, new_id};
use uuid::Uuid;

pub const URL: &str = "ws://127.0.0.1:8080/ws";
pub const TICKETS: &str = "/v1/realtime/tickets";
pub const CREATE_TICKET: HttpHandler = |app, call| Box::pin(create_ticket::handle(app, URL, call));
const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));

/// How a connection takes what is sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// 410.
    Gone,
    /// 429 or 500 so many times, and well from then on.
    Busy(u32),
    /// 403.
    Refusing,
}

/// A gateway that keeps what is sent, and answers as it is told.
#[derive(Default)]
pub struct FakeConnections {
    moods: Mutex<HashMap<String, Mood>>,
    frames: Mutex<BTreeMap<String, Vec<String>>>,
    closed: Mutex<Vec<String>>,
    /// Calls of all kinds, those that failed too.
    pub calls: AtomicUsize,
}

impl FakeConnections {
    /// From now on a connection takes things so.
    pub fn set_mood(&self, connection: &str, mood: Mood) {
        self.moods.lock().unwrap().insert(connection.to_owned(), mood);
    }

    /// The frames that a connection got since it was last asked.
    pub fn frames(&self, connection: &str) -> Vec<Value> {
        let frames = self.frames.lock().unwrap().remove(connection).unwrap_or_default();
        let frame = |text: &String| {
            assert!(text.len() <= 32 * 1024, "a frame of {} bytes", text.len());
            let frame: Value = serde_json::from_str(text).unwrap();
            checked(&frame);
            frame
        };
        frames.iter().map(frame).collect()
    }

    /// The events that a connection got since it was last asked, whatever frames they came in.
    pub fn events(&self, connection: &str) -> Vec<Value> {
        let several = |frame: Value| match frame["events"].as_array() {
            Some(events) => events.clone(),
            None => vec![frame],
        };
        self.frames(connection).into_iter().flat_map(several).collect()
    }

    /// The connections that were closed.
    pub fn closed(&self) -> Vec<String> {
        self.closed.lock().unwrap().clone()
    }

    fn answer(&self, connection: &str) -> Result<(), ConnectionFailure> {
        self.calls.fetch_add(1, SeqCst);
        let mut moods = self.moods.lock().unwrap();
        match moods.get_mut(connection) {
            None | Some(Mood::Busy(0)) => Ok(()),
            Some(Mood::Gone) => Err(ConnectionFailure::Gone),
            Some(Mood::Refusing) => Err(ConnectionFailure::Refused("403".to_owned())),
            Some(Mood::Busy(times)) => {
                *times -= 1;
                Err(ConnectionFailure::Busy(if *times % 2 == 0 { "429" } else { "500" }.to_owned()))
            }
        }
    }
}

impl Connections for FakeConnections {
    fn post<'a>(
        &'a self,
        connection: &'a str,
        frame: &'a str,
    ) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            self.answer(connection)?;
            self.frames.lock().unwrap().entry(connection.to_owned()).or_default().push(frame.to_owned());
            Ok(())
        })
    }

    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move {
            self.answer(connection)?;
            self.closed.lock().unwrap().push(connection.to_owned());
            Ok(())
        })
    }

    fn find<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async move { self.answer(connection) })
    }
}

/// A deployment with its queues and its gateway.
pub struct World {
    pub app: TestApp,
    pub gateway: Arc<FakeConnections>,
    pub events: Arc<FakeQueue>,
    pub receipts: FakeQueue,
    pub presence: FakeQueue,
    pub tools: Tools,
}

impl World {
    pub async fn start() -> Self {
        let (gateway, events) = (Arc::new(FakeConnections::default()), Arc::new(FakeQueue::default()));
        let tools = Tools {
            connections: Arc::clone(&gateway) as Arc<dyn Connections>,
            events: Arc::clone(&events) as _,
            pace: Arc::new(Pace::per_second(1_000_000)),
        };
        let (receipts, presence) = (FakeQueue::default(), FakeQueue::default());
        Self { app: TestApp::start().await, gateway, events, receipts, presence, tools }
    }

    /// A ticket of somebody's.
    pub async fn ticket(&self, somebody: &Somebody) -> String {
        let answer = self.app.call(CREATE_TICKET, Request::post(TICKETS, &json!({})).by(somebody)).await;
        answer.created()["ticket"].as_str().unwrap().to_owned()
    }

    /// The status of a handshake with this ticket.
    pub async fn handshake(&self, app: &App, connection: &str, ticket: Option<&str>) -> u64 {
        let query = ticket.map_or(Value::Null, |ticket| json!({"ticket": ticket}));
        let mut event = event_of(connection, "CONNECT", None);
        event["queryStringParameters"] = query;
        let answer = connect_socket::handle(app, &self.presence, event).await;
        if answer["statusCode"] != 200 {
            let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            Contract::load().check_schema("Problem", &problem).unwrap();
        }
        answer["statusCode"].as_u64().unwrap()
    }

    /// A new socket of somebody's.
    pub async fn connects(&self, somebody: &Somebody) -> String {
        let connection = new_id().simple().to_string();
        let ticket = self.ticket(somebody).await;
        assert_eq!(self.handshake(&self.app.app, &connection, Some(&ticket)).await, 200);
        connection
    }

    /// The socket closes, and the gateway says so.
    pub async fn disconnects(&self, connection: &str) {
        let answer = disconnect_socket::handle(&self.app.app, event_of(connection, "DISCONNECT", None)).await;
        assert_eq!(answer.unwrap()["statusCode"], 200);
    }

    /// What a frame is answered.
    pub async fn says(&self, connection: &str, frame: &Value) -> Value {
        self.sends_frame(connection, &frame.to_string()).await
    }

    /// What a frame of this text is answered.
    pub async fn sends_frame(&self, connection: &str, text: &str) -> Value {
        let queues = Queues { events: &*self.events, receipts: &self.receipts, presence: &self.presence };
        let event = event_of(connection, "MESSAGE", Some(text));
        let answer = receive_frame::handle(&self.app.app, queues, event).await;
        assert_eq!(answer["statusCode"], 200, "the socket stays open");
        let frame: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        checked(&frame);
        frame
    }

    /// Sends a text over HTTP.
    pub async fn sent(&self, somebody: &Somebody, conversation: ConversationId, text: &str) -> Value {
        self.tries_to_send(
            somebody,
            conversation,
            &json!({"client_id": new_id(), "type": "text", "text": text}),
        )
        .await
        .created()
    }

    pub async fn tries_to_send(
        &self,
        somebody: &Somebody,
        conversation: ConversationId,
        body: &Value,
    ) -> Answer {
        let request = Request::post("/v1/conversations/{conversation_id}/messages", body);
        self.app.call(SEND, request.at("conversation_id", conversation).by(somebody)).await
    }

    /// Runs a statement behind the handlers' back.
    pub async fn behind(&self, sql: impl Into<String>) {
        let statement = sqlx::query(sqlx::AssertSqlSafe(sql.into()));
        statement.execute(&mut self.app.connect().await).await.unwrap();
    }

    /// The one number of a statement.
    pub async fn number(&self, sql: &str) -> i64 {
        let statement = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()));
        statement.fetch_one(&mut self.app.connect().await).await.unwrap()
    }

    /// The rows of the outbox that nobody was told of, in their order.
    pub async fn waiting(&self) -> Vec<Uuid> {
        let statement = "SELECT id FROM outbox WHERE published_at IS NULL ORDER BY id";
        sqlx::query_scalar(statement).fetch_all(&mut self.app.connect().await).await.unwrap()
    }

    /// Has one batch worked on.
    pub async fn delivers(&self, batch: &[Work]) {
        deliver_events::handle(&self.app.app, &self.tools, batch).await.unwrap();
    }

    /// Has everything told that waits in the outbox or in the queue, until nothing is left; what was put off has its time
    /// passed first. Answers how many tasks it took.
    pub async fn tells_everything(&self) -> usize {
        let mut tasks = 0;
        loop {
            let mut batch: Vec<Work> = Vec::new();
            let mut delay = Duration::ZERO;
            for (body, later) in self.events.take() {
                delay = delay.max(later);
                batch.push(serde_json::from_str(&body).unwrap());
            }
            let event_ids = self.waiting().await;
            if !event_ids.is_empty() {
                batch.push(Work::Events(Events { event_ids, whom: Whom::default() }));
            }
            if batch.is_empty() {
                return tasks;
            }
            self.app.clock.advance(delay);
            self.delivers(&batch).await;
            tasks += batch.len();
        }
    }
}

/// An event of the gateway's.
fn event_of(connection: &str, kind: &str, body: Option<&str>) -> Value {
    json!({
        "requestContext": {
            "routeKey": "$default", "eventType": kind, "connectionId": connection, "requestId": "request-1",
            "stage": "v1", "apiId": "api", "domainName": "sockets.example.org",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// Panics when a frame breaks the contract.
fn checked(frame: &Value) {
    if let Err(violation) = Contract::load().check_schema("ServerFrame", frame) {
        panic!("the contract is broken: {violation}");
    }
}

/// The types of events.
pub fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}
