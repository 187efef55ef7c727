//! Telling ten thousand connections, in a process of its own whose memory is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use messages::send_message;
use realtime::connection::{ConnectionFailure, Connections};
use realtime::deliver_events::{self, Pace, Tools};
use realtime::work::{Changed, Events, Whom, Work};
use serde_json::json;
use shared::crypto::BoxFuture;
use shared::serve::HttpHandler;
use testkit::{FakeQueue, Request, Somebody, TestApp, new_id};
use uuid::Uuid;

/// What the worker may take together.
const MOST: u64 = 128 * 1024 * 1024;

/// Counts frames and keeps none.
#[derive(Default)]
struct Counting {
    frames: AtomicUsize,
}

impl Connections for Counting {
    fn post<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async {
            tokio::task::yield_now().await;
            self.frames.fetch_add(1, SeqCst);
            Ok(())
        })
    }

    fn close<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async { Ok(()) })
    }

    fn find<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), ConnectionFailure>> {
        Box::pin(async { Ok(()) })
    }
}

/// The most that this process ever had in memory, in bytes (proc(5)); nothing where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[tokio::test]
async fn ten_thousand_connections_are_told_within_128_mb() {
    let app = TestApp::start().await;
    let owner = app.somebody("owner").await;
    let group = app.group(&[&owner]).await;
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "WITH one AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS session, number FROM generate_series(1, 1000) AS number),
         added AS (INSERT INTO users (id, username, display_name) SELECT id, 'member' || number, '' FROM one),
         logged AS (
             INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
             SELECT session, id, sha256(id::text::bytea), now() + interval '1 hour', now() + interval '1 day' FROM one
         ),
         joined AS (INSERT INTO members (conversation_id, user_id, role) SELECT '{group}', id, 'member' FROM one)
         INSERT INTO connections (connection_id, user_id, session_id, place, expires_at)
         SELECT md5(one.id::text || place), one.id, one.session, place, now() + interval '2 hours'
         FROM one, generate_series(1, 10) AS place"
    )))
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let (gateway, events) = (Arc::new(Counting::default()), Arc::new(FakeQueue::default()));
    let tools = Tools {
        connections: Arc::clone(&gateway) as _,
        events: Arc::clone(&events) as _,
        pace: Arc::new(Pace::per_second(1_000_000)),
        outside: None,
    };
    let hint = Work::Changed(Changed { changed_id: group.0, whom: Whom::default() });
    let done = tells(&app, &tools, &events, hint).await;
    assert_eq!(gateway.frames.load(SeqCst), 10_000);
    assert_eq!(done, 11, "a thousand a task, and one that finds nobody");
    is_within("10,000 connections told");

    // The most there can be to say: as many long messages as a sweep puts into a task, each seen in fifty ways.
    let heavy = heavy(&app, &owner).await;
    let frames = gateway.frames.swap(0, SeqCst);
    tells(&app, &tools, &events, Work::Events(Events { event_ids: heavy, whom: Whom::default() })).await;
    let frames = (frames, gateway.frames.load(SeqCst));
    assert_eq!(frames, (10_000, 20 * 99 * 10));
    is_within("20 messages of 30 KB told to 990 connections, each in 50 ways");
}

/// Has this done, and all that is left of it; how many tasks it took.
async fn tells(app: &TestApp, tools: &Tools, events: &FakeQueue, work: Work) -> usize {
    let (mut tasks, mut done) = (vec![work], 0);
    while !tasks.is_empty() {
        deliver_events::handle(&app.app, tools, &tasks).await.unwrap();
        done += tasks.len();
        tasks = events.take().iter().map(|(body, _)| serde_json::from_str(body).unwrap()).collect();
    }
    done
}

fn is_within(what: &str) {
    if let Some(peak) = peak() {
        println!("{what}; peak memory {} MB", peak / 1024 / 1024);
        assert!(peak < MOST, "{peak} bytes");
    }
}

const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));

/// Long messages in a group of a hundred, fifty of whom have reacted to each, every one with another emoji; their events.
async fn heavy(app: &TestApp, owner: &Somebody) -> Vec<Uuid> {
    let group = app.group(&[owner]).await;
    let members = format!(
        "INSERT INTO members (conversation_id, user_id, role)
         SELECT '{group}', id, 'member' FROM users WHERE username LIKE 'member%' ORDER BY id LIMIT 99;
         UPDATE conversations SET member_count = 100 WHERE id = '{group}'"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(members)).execute(&mut app.connect().await).await.unwrap();
    for _ in 0..20 {
        let body = json!({"client_id": new_id(), "type": "text", "text": "魚".repeat(9_500)});
        let request = Request::post("/v1/conversations/{conversation_id}/messages", &body);
        app.call(SEND, request.at("conversation_id", group).by(owner)).await.created();
    }
    let reactions = format!(
        "WITH reacting AS (
             SELECT user_id, 'emoji' || row_number() OVER (ORDER BY user_id) AS emoji
             FROM members WHERE conversation_id = '{group}' AND role = 'member' ORDER BY user_id LIMIT 50
         ), reacted AS (
             INSERT INTO reactions (conversation_id, seq, user_id, emoji)
             SELECT '{group}', message.seq, reacting.user_id, reacting.emoji
             FROM messages AS message, reacting WHERE message.conversation_id = '{group}'
         )
         UPDATE messages
         SET reactions = (SELECT jsonb_object_agg(emoji, jsonb_build_object('count', 1, 'since', 1)) FROM reacting)
         WHERE conversation_id = '{group}'"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(reactions)).execute(&mut app.connect().await).await.unwrap();
    let events = "SELECT id FROM outbox WHERE type = 'message.created' AND conversation_id = $1 ORDER BY id";
    sqlx::query_scalar(events).bind(group.0).fetch_all(&mut app.connect().await).await.unwrap()
}
