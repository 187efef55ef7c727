//! The worker of the queue `receipts`, in process: whatever is done to a queue, watermarks are what was acknowledged.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use conversations::apply_receipts::{self, Acknowledgement};
use conversations::mark_unread;
use messages::send_message;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use shared::App;
use shared::id::{ConversationId, UserId};
use shared::outbox::Events;
use shared::serve::HttpHandler;
use shared::worker::{BatchHandler, Done, Limits, run_batches};
use testkit::{FakeQueue, FakeSqs, Request, Somebody, TestApp, killed_at};
use uuid::Uuid;

const APPLY: BatchHandler<Acknowledgement> = |app, batch| Box::pin(apply_receipts::handle(app, batch));
const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
const MARK: HttpHandler = |app, call| Box::pin(mark_unread::handle(app, call));

async fn works(app: &App, event: &Value) -> Done {
    run_batches(app, "receipts", APPLY, event, Limits::default()).await
}

/// One batch of these bodies; answers which failed.
async fn applies(app: &App, bodies: &[Value]) -> Value {
    let record =
        |(place, body): (usize, &Value)| json!({"messageId": place.to_string(), "body": body.to_string()});
    let records: Vec<_> = bodies.iter().enumerate().map(record).collect();
    works(app, &json!({"Records": records})).await.answer["batchItemFailures"].take()
}

fn acknowledges(
    user: &Somebody,
    conversation: ConversationId,
    delivered: Option<i64>,
    read: Option<i64>,
) -> Value {
    let mut body = json!({"user_id": user.id, "conversation_id": conversation});
    for (name, seq) in [("delivered_seq", delivered), ("read_seq", read)] {
        if let Some(seq) = seq {
            body[name] = json!(seq);
        }
    }
    body
}

/// A group in which so much was said, as far as receipts are concerned.
async fn group(app: &TestApp, members: &[&Somebody], last_seq: i64) -> ConversationId {
    let group = app.group(members).await;
    sqlx::query("UPDATE conversations SET last_seq = $2 WHERE id = $1")
        .bind(group.0)
        .bind(last_seq)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    group
}

type Watermarks = BTreeMap<(Uuid, Uuid), (i64, i64)>;

/// Every member's watermarks: delivered and read.
async fn watermarks(app: &TestApp) -> Watermarks {
    let rows: Vec<(Uuid, Uuid, i64, i64)> =
        sqlx::query_as("SELECT conversation_id, user_id, delivered_seq, read_seq FROM members")
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    rows.into_iter()
        .map(|(conversation, user, delivered, read)| ((conversation, user), (delivered, read)))
        .collect()
}

/// Whose receipts were told, in which conversation, and how often in all.
async fn told(app: &TestApp) -> (BTreeSet<(Uuid, Uuid)>, usize) {
    let rows: Vec<(Uuid, Uuid)> =
        sqlx::query_as("SELECT conversation_id, user_id FROM outbox WHERE type = 'receipt.updated'")
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    (rows.iter().copied().collect(), rows.len())
}

#[tokio::test]
async fn a_batch_is_one_statement_with_one_event_for_each_who_moved() {
    let mut app = TestApp::start().await;
    let queue = Arc::new(FakeQueue::default());
    app.app.events = Some(Events::to(queue.clone()));
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let (one, other) = (group(&app, &[&alice, &bob], 9).await, group(&app, &[&bob, &alice], 9).await);
    sqlx::query("UPDATE members SET left_at = now() WHERE conversation_id = $1 AND user_id = $2")
        .bind(other.0)
        .bind(alice.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let batch = [
        acknowledges(&bob, one, Some(4), None),
        acknowledges(&bob, one, Some(3), Some(2)),
        acknowledges(&alice, one, None, Some(7)),
        // Beyond the last message, by nobody's member, by one who has left, of a conversation that is not there.
        acknowledges(&bob, other, Some(10), Some(1)),
        acknowledges(&eve, one, None, Some(1)),
        acknowledges(&alice, other, None, Some(1)),
        acknowledges(&alice, app.app.new_id().unwrap(), None, Some(1)),
        acknowledges(&bob, one, Some(-1), Some(i64::MIN)),
        acknowledges(&bob, other, None, None),
    ];
    // The first time a statement is also prepared.
    applies(&app.app, &batch[4..5]).await;
    let round_trips = app.proxy.round_trips();
    assert_eq!(applies(&app.app, &batch).await, json!([]));
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    let expected: Watermarks = [
        ((one.0, alice.id.0), (7, 7)),
        ((one.0, bob.id.0), (4, 2)),
        ((other.0, alice.id.0), (0, 0)),
        ((other.0, bob.id.0), (0, 0)),
    ]
    .into();
    assert_eq!(watermarks(&app).await, expected);
    let both = BTreeSet::from([(one.0, alice.id.0), (one.0, bob.id.0)]);
    assert_eq!(told(&app).await, (both.clone(), 2));
    // What was written was told, in one message.
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM outbox").fetch_all(&mut app.connect().await).await.unwrap();
    let [sent] = <[String; 1]>::try_from(queue.sent()).unwrap();
    let sent: Value = serde_json::from_str(&sent).unwrap();
    let sent: BTreeSet<Uuid> = serde_json::from_value(sent["event_ids"].clone()).unwrap();
    assert_eq!(sent, ids.into_iter().collect());
    // The same once more moves nothing and tells nothing.
    assert_eq!(applies(&app.app, &batch).await, json!([]));
    assert_eq!((watermarks(&app).await, told(&app).await), (expected, (both, 2)));
    assert_eq!(queue.sent().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_fails_alone() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 5).await;
    let good = acknowledges(&alice, chat, None, Some(5));
    let mut more = good.clone();
    more["more"] = json!(1);
    let bodies =
        [json!(1), json!({"user_id": alice.id}), good, more, acknowledges(&alice, chat, Some(1), None)];
    let failed = json!([{"itemIdentifier": "0"}, {"itemIdentifier": "1"}, {"itemIdentifier": "3"}]);
    assert_eq!(applies(&app.app, &bodies).await, failed);
    assert_eq!(watermarks(&app).await[&(chat.0, alice.id.0)], (5, 5));
}

#[tokio::test]
async fn an_old_acknowledgement_leaves_the_mark_of_unread_messages_alone() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = app.group(&[&alice, &bob]).await;
    let at = |request: Request, by: &Somebody| request.at("conversation_id", chat).by(by);
    for (by, text) in [(&alice, "one"), (&bob, "two"), (&alice, "three"), (&alice, "four")] {
        let body = json!({"client_id": testkit::new_id(), "type": "text", "text": text});
        app.call(SEND, at(Request::post("/v1/conversations/{conversation_id}/messages", &body), by))
            .await
            .created();
    }
    let mark =
        |seq: i64| at(Request::put("/v1/conversations/{conversation_id}/unread", &json!({"seq": seq})), &bob);
    let marks = async || -> (i64, Option<i64>, i64) {
        sqlx::query_as("SELECT read_seq, marked_seq, own_unread FROM members WHERE user_id = $1")
            .bind(bob.id.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap()
    };
    applies(&app.app, &[acknowledges(&bob, chat, None, Some(3))]).await;
    assert_eq!(marks().await, (3, None, 0), "his own message counts for nothing any more");
    app.call(MARK, mark(1)).await.ok();
    assert_eq!(marks().await, (3, Some(0), 1));
    // Sent before he marked, delivered after.
    applies(&app.app, &[acknowledges(&bob, chat, None, Some(3)), acknowledges(&bob, chat, Some(4), Some(2))])
        .await;
    assert_eq!(marks().await, (3, Some(0), 1));
    applies(&app.app, &[acknowledges(&bob, chat, None, Some(4))]).await;
    assert_eq!(marks().await, (4, None, 0));
}

/// Members by their index, messages up to the last and one beyond.
fn acknowledgement() -> impl Strategy<Value = (usize, usize, Option<i64>, Option<i64>)> {
    let seq = || prop::option::of(0..=LAST + 1);
    (0..PEOPLE, 0..GROUPS, seq(), seq())
}

const PEOPLE: usize = 3;
const GROUPS: usize = 3;
const LAST: i64 = 6;

#[test]
fn any_order_any_duplicates_and_any_batches_come_to_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::start());
    let people: Vec<Somebody> =
        ["alice", "bob", "carol"].map(|name| runtime.block_on(app.somebody(name))).into();
    let members: Vec<&Somebody> = people.iter().collect();
    let config = Config { cases: 64, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let strategy = (prop::collection::vec(acknowledgement(), 1..40), any::<u64>());
    let outcome = TestRunner::new(config).run(&strategy, |(acknowledgements, seed)| {
        runtime.block_on(async {
            let mut groups = Vec::new();
            for _ in 0..GROUPS {
                groups.push(group(&app, &members, LAST).await);
            }
            let mut model: BTreeMap<(ConversationId, UserId), (i64, i64)> = BTreeMap::new();
            let mut queue = FakeSqs::new(seed);
            for (person, place, delivered, read) in acknowledgements {
                let (user, chat) = (&people[person], groups[place]);
                queue.send(acknowledges(user, chat, delivered, read).to_string());
                let (most, read) = (delivered.max(read).unwrap_or(0), read.unwrap_or(0));
                if most <= LAST {
                    let entry = model.entry((chat, user.id)).or_default();
                    *entry = (entry.0.max(most), entry.1.max(read));
                }
            }
            while let Some(batch) = queue.receive(10) {
                let done = works(&app.app, &batch.event()).await;
                queue.answered(batch, Some(&done.answer));
            }
            prop_assert_eq!(queue.dead_letters().len(), 0);
            let real = watermarks(&app).await;
            for ((chat, user), seqs) in &model {
                prop_assert_eq!(&real[&(chat.0, user.0)], seqs);
            }
            let moved =
                model.iter().filter(|(_, seqs)| **seqs != (0, 0)).map(|((chat, user), _)| (chat.0, user.0));
            let all = told(&app).await.0;
            let told: BTreeSet<_> =
                all.into_iter().filter(|(chat, _)| groups.iter().any(|one| one.0 == *chat)).collect();
            prop_assert_eq!(told, moved.collect::<BTreeSet<_>>(), "who moved is told of, and nobody else");
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[tokio::test]
async fn one_poison_record_in_ten_stops_none_of_the_others_and_redriving_changes_nothing() {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for number in 0..30 {
        people.push(app.somebody(&format!("user_{number:02}")).await);
    }
    let members: Vec<&Somebody> = people.iter().collect();
    let mut queue = FakeSqs::new(20_261_124);
    let mut expected: Watermarks = BTreeMap::new();
    for _ in 0..30 {
        let chat = group(&app, &members, 50).await;
        for (place, member) in (1_i64..).zip(&people) {
            queue.send(acknowledges(member, chat, None, Some(place)).to_string());
            expected.insert((chat.0, member.id.0), (place, place));
        }
    }
    let poison: Vec<String> = (0..100).map(|number| json!({"poison": number}).to_string()).collect();
    for body in &poison {
        queue.send(body);
    }

    // Workers are killed too, each time at another of the places where they wait, and one in ten records comes twice.
    let mut waits = 0;
    for redriven in 0..3 {
        while let Some(batch) = queue.receive(100) {
            let event = batch.event();
            let killed = redriven == 0 && queue.chance(20) == 0;
            waits += usize::from(killed);
            let done = if killed {
                killed_at(works(&app.app, &event), waits % 6).await
            } else {
                Some(works(&app.app, &event).await)
            };
            queue.answered(batch, done.as_ref().map(|done| &done.answer));
        }
        let mut dead_letters = queue.dead_letters();
        dead_letters.sort_unstable();
        let mut poison: Vec<&str> = poison.iter().map(String::as_str).collect();
        poison.sort_unstable();
        assert_eq!(dead_letters, poison, "after {redriven} times");
        assert_eq!(watermarks(&app).await, expected, "after {redriven} times");
        assert_eq!(told(&app).await, (expected.keys().copied().collect(), 900), "after {redriven} times");
        queue.redrive();
    }
    assert!(waits > 0, "somebody was killed");
}
