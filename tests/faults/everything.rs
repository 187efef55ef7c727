//! Everything at once: connections to Postgres are cut before and after commits, the queue is away now and then and gives everything
//! twice, in another order and company, the gateway is busy, and workers are killed wherever they wait. Whoever follows has
//! every acknowledged message, once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use admin::publish_outbox;
use conversations::apply_receipts::{self, Acknowledgement};
use conversations::sync;
use messages::list_changes;
use serde_json::{Value, json};
use shared::App;
use shared::id::ConversationId;
use shared::outbox::Events;
use shared::serve::HttpHandler;
use shared::worker::{BatchHandler, Limits, run_batches};
use testkit::{CutAnswers, FakeSqs, Request, Somebody, connects, killed_at, new_id};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::world::{MESSAGES, SEND, World, behind, number};

const LIST_CHANGES: HttpHandler = |app, call| Box::pin(list_changes::handle(app, call));
const SYNC: HttpHandler = |app, call| Box::pin(sync::handle(app, call));
const APPLY: BatchHandler<Acknowledgement> = |app, batch| Box::pin(apply_receipts::handle(app, batch));

const PEOPLE: usize = 4;
const GROUPS: usize = 3;
const ROUNDS: usize = 6;
/// Messages of each in a round.
const MESSAGES_AT_ONCE: usize = 8;
/// One commit of so many is cut.
const CUTS: u64 = 12;

/// Messages by conversation and place.
type Acknowledged = BTreeMap<(Uuid, i64), Uuid>;
/// Watermarks by conversation and member.
type Watermarks = BTreeMap<(Uuid, Uuid), (i64, i64)>;

/// Who follows the changes of each conversation, and those of the account.
struct Follower {
    who: Somebody,
    socket: String,
    after: BTreeMap<Uuid, i64>,
    by_changes: Vec<(Uuid, i64, Uuid)>,
    since: String,
    by_sync: Vec<(Uuid, i64, Uuid)>,
    by_socket: BTreeSet<(Uuid, i64, Uuid)>,
}

/// The messages that these changes tell of.
fn created(changes: &Value, conversation: Option<Uuid>) -> Vec<(Uuid, i64, Uuid)> {
    let one = |change: &Value| {
        (change["type"] == "message.created").then(|| {
            let id = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
            let conversation = conversation.unwrap_or_else(|| id(&change["conversation_id"]));
            (conversation, change["change_seq"].as_i64().unwrap(), id(&change["data"]["id"]))
        })
    };
    changes.as_array().unwrap().iter().filter_map(one).collect()
}

/// As a client does: again until there is an answer.
async fn asks(app: &App, handler: HttpHandler, request: &Request) -> Value {
    loop {
        let answer = request.clone().through(app, handler).await;
        match answer.status {
            200 | 201 => return answer.json(),
            503 => {}
            _ => panic!("{answer}"),
        }
    }
}

impl Follower {
    /// Reads what has changed, page by page, until there is no more for now.
    async fn follows(&mut self, app: &App) {
        let conversations: Vec<Uuid> = self.after.keys().copied().collect();
        for conversation in conversations {
            loop {
                let query = format!("limit=7&after={}", self.after[&conversation]);
                let route = "/v1/conversations/{conversation_id}/changes";
                let request = Request::get(route).at("conversation_id", conversation).by(&self.who);
                let page = asks(app, LIST_CHANGES, &request.with_query(&query)).await;
                assert_eq!(page["reset"], false);
                self.by_changes.extend(created(&page["changes"], Some(conversation)));
                self.after.insert(conversation, page["next"].as_i64().unwrap());
                if page["limited"] == false {
                    break;
                }
            }
        }
        loop {
            let query = match self.since.as_str() {
                "" => "limit=7".to_owned(),
                since => format!("limit=7&since={since}"),
            };
            let page = asks(app, SYNC, &Request::get("/v1/sync").with_query(&query).by(&self.who)).await;
            assert_eq!(page["reset"], false);
            self.by_sync.extend(created(&page["changes"], None));
            page["next"].as_str().unwrap().clone_into(&mut self.since);
            if page["limited"] == false {
                break;
            }
        }
    }

    /// What the socket has heard; acknowledges all of it, delivered or read.
    fn hears(&mut self, world: &World, receipts: &mut FakeSqs, expected: &mut Watermarks) {
        let events = world.gateway.events(&self.socket);
        for event in &events {
            let seq = &event["data"]["seq"];
            let (Some(seq), "message.created") = (seq.as_i64(), event["type"].as_str().unwrap()) else {
                continue;
            };
            self.by_socket.extend(created(&json!([event]), None));
            let conversation: Uuid = event["conversation_id"].as_str().unwrap().parse().unwrap();
            let read = receipts.chance(2) == 0;
            let mark = if read { "read_seq" } else { "delivered_seq" };
            let body = json!({"user_id": self.who.id, "conversation_id": conversation, mark: seq});
            receipts.send(body.to_string());
            let marks = expected.entry((conversation, self.who.id.0)).or_default();
            *marks = (marks.0.max(seq), if read { marks.1.max(seq) } else { marks.1 });
        }
    }
}

async fn watermarks(world: &World) -> Watermarks {
    let rows: Vec<(Uuid, Uuid, i64, i64)> =
        sqlx::query_as("SELECT conversation_id, user_id, delivered_seq, read_seq FROM members")
            .fetch_all(&mut world.app.connect().await)
            .await
            .unwrap();
    rows.into_iter().map(|(group, user, delivered, read)| ((group, user), (delivered, read))).collect()
}

/// Sends some messages to each group, and each again until it is acknowledged.
async fn sends(app: App, who: Somebody, groups: Vec<ConversationId>) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    for number in 0..MESSAGES_AT_ONCE {
        let group = groups[number % groups.len()];
        let body = json!({"client_id": new_id(), "type": "text", "text": format!("message {number}")});
        let request = Request::post(MESSAGES, &body).at("conversation_id", group).by(&who);
        let message = asks(&app, SEND, &request).await;
        let id = message["id"].as_str().unwrap().parse().unwrap();
        acknowledged.insert((group.0, message["change_seq"].as_i64().unwrap()), id);
    }
    acknowledged
}

/// What workers do with their queues, however they are treated.
struct Workers<'w> {
    world: &'w World,
    cuts: &'w CutAnswers,
    events: FakeSqs,
    receipts: FakeSqs,
    /// None moves back.
    marks: Watermarks,
    killed: usize,
}

impl Workers<'_> {
    async fn environment(&self) -> App {
        let mut app = self.world.app.environment_through(self.cuts.address());
        app.events = Some(Events::to(Arc::clone(&self.world.events) as _));
        // It may be cut at once.
        let _ = connects(&app).await;
        app
    }

    /// Where the next worker is killed, of one in eight.
    fn dies(&mut self) -> Option<usize> {
        let dies = self.events.chance(8) == 0;
        self.killed += usize::from(dies);
        dies.then(|| self.events.chance(40))
    }

    async fn work(&mut self) {
        loop {
            for (body, _) in self.world.events.take() {
                self.events.send(body);
            }
            let Some(batch) = self.events.receive(10) else { break };
            let (app, dies) = (self.environment().await, self.dies());
            let event = batch.event();
            let done = killed_at(self.world.delivers_in(&app, &event), dies.unwrap_or(usize::MAX)).await;
            self.events.answered(batch, done.as_ref());
            self.world.app.clock.advance(Duration::from_secs(2));
        }
        while let Some(batch) = self.receipts.receive(20) {
            let (app, dies) = (self.environment().await, self.dies());
            let event = batch.event();
            let work = run_batches(&app, "receipts", APPLY, &event, Limits::default());
            let done = killed_at(work, dies.map_or(usize::MAX, |waits| waits / 4)).await;
            self.receipts.answered(batch, done.as_ref().map(|done| &done.answer));
            let marks = watermarks(self.world).await;
            for (whose, before) in &self.marks {
                let now = marks[whose];
                assert!(now.0 >= before.0 && now.1 >= before.1, "{whose:?} moved from {before:?} to {now:?}");
            }
            self.marks = marks;
        }
        // What was given up is put back by an admin.
        self.events.redrive();
        self.receipts.redrive();
    }

    /// The sweep, when what nobody has told is due.
    async fn sweep(&self) {
        behind(
            &self.world.app,
            "UPDATE outbox SET due_at = now() - interval '1 second' WHERE published_at IS NULL",
        )
        .await;
        // It may find no database; the next one does.
        let _ = publish_outbox::handle(&self.environment().await, &*self.world.events).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_has_every_acknowledged_message_once_and_no_receipt_goes_back() {
    let world = World::start().await;
    world.gateway.is_busy_at_every(31);
    let cuts = CutAnswers::start(world.app.database.address(), CUTS).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(world.app.somebody(&format!("user{number}")).await);
    }
    let mut groups = Vec::new();
    for _ in 0..GROUPS {
        groups.push(world.app.group(&people.iter().collect::<Vec<_>>()).await);
    }
    let mut followers = Vec::new();
    for who in &people {
        followers.push(Follower {
            who: *who,
            socket: world.connects(who).await,
            after: groups.iter().map(|group| (group.0, 1)).collect(),
            by_changes: Vec::new(),
            since: String::new(),
            by_sync: Vec::new(),
            by_socket: BTreeSet::new(),
        });
    }
    let (events, receipts) = (FakeSqs::new(20_261_124), FakeSqs::new(7));
    let mut workers =
        Workers { world: &world, cuts: &cuts, events, receipts, marks: watermarks(&world).await, killed: 0 };
    let (mut acknowledged, mut expected) = (Acknowledged::new(), Watermarks::new());
    for follower in &mut followers {
        follower.follows(&world.app.cold_environment()).await;
    }
    for round in 0..ROUNDS {
        // Every third round the queue is away.
        if round % 3 == 2 {
            world.events.breaks()
        } else {
            world.events.is_mended()
        }
        let mut senders = JoinSet::new();
        for who in &people {
            senders.spawn(sends(workers.environment().await, *who, groups.clone()));
        }
        // Some read while others write.
        for follower in &mut followers {
            follower.follows(&workers.environment().await).await;
        }
        while let Some(sent) = senders.join_next().await {
            for (place, id) in sent.unwrap() {
                assert_eq!(acknowledged.insert(place, id), None, "two messages have one place");
            }
        }
        workers.work().await;
        for follower in &mut followers {
            follower.hears(&world, &mut workers.receipts, &mut expected);
            follower.follows(&workers.environment().await).await;
        }
        if round % 3 == 0 {
            workers.sweep().await;
        }
    }

    world.events.is_mended();
    let mut rounds = 0;
    while !world.untold().await.is_empty() || !world.events.sent().is_empty() {
        workers.sweep().await;
        workers.work().await;
        for follower in &mut followers {
            follower.hears(&world, &mut workers.receipts, &mut expected);
        }
        rounds += 1;
        assert!(rounds < 100, "it never comes to rest");
    }
    let (after, before) = cuts.cuts();
    cuts.stops();
    workers.work().await;
    for follower in &mut followers {
        follower.follows(&workers.environment().await).await;
    }
    let sent = PEOPLE * MESSAGES_AT_ONCE * ROUNDS;
    println!(
        "{sent} messages acknowledged; {after} commits whose answer was cut, {before} cut before, {} workers killed",
        workers.killed
    );
    assert!(after > 20 && before > 20 && workers.killed > 10, "{after} {before} {}", workers.killed);

    assert_eq!(acknowledged.len(), sent);
    assert_eq!(number(&world.app, "SELECT count(*) FROM messages").await, i64::try_from(sent).unwrap());
    let dense = "SELECT count(*) FROM conversations WHERE last_seq = (SELECT count(*) FROM messages WHERE conversation_id = conversations.id)";
    assert_eq!(number(&world.app, dense).await, i64::try_from(GROUPS).unwrap(), "no place is empty");
    let expected_of_all: Vec<(Uuid, i64, Uuid)> =
        acknowledged.iter().map(|((group, seq), id)| (*group, *seq, *id)).collect();
    for follower in &mut followers {
        let name = follower.who.id;
        for (by, heard) in [("changes", &mut follower.by_changes), ("sync", &mut follower.by_sync)] {
            let mut by_group: BTreeMap<Uuid, i64> = BTreeMap::new();
            for (group, seq, _) in heard.iter() {
                let last = by_group.insert(*group, *seq);
                assert!(last < Some(*seq), "{name} by {by}: {seq} after {last:?}");
            }
            heard.sort_unstable();
            assert_eq!(*heard, expected_of_all, "{name} by {by}");
        }
        let heard: Vec<_> = follower.by_socket.iter().copied().collect();
        assert_eq!(heard, expected_of_all, "{name} by socket");
    }
    let marks = watermarks(&world).await;
    for (whose, seqs) in &expected {
        assert_eq!(&marks[whose], seqs, "{whose:?}");
    }
    assert_eq!(expected.len(), PEOPLE * GROUPS);
}
