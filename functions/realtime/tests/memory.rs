//! Telling ten thousand connections, in a process of its own whose memory is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use realtime::connection::{ConnectionFailure, Connections};
use realtime::deliver_events::{self, Pace, Tools};
use realtime::work::{Changed, Whom, Work};
use shared::crypto::BoxFuture;
use testkit::{FakeQueue, TestApp};

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
    let mut tasks = vec![Work::Changed(Changed { changed_id: group.0, whom: Whom::default() })];
    let mut done = 0;
    while !tasks.is_empty() {
        deliver_events::handle(&app.app, &tools, &tasks).await.unwrap();
        done += tasks.len();
        tasks = events.take().iter().map(|(body, _)| serde_json::from_str(body).unwrap()).collect();
    }
    assert_eq!(gateway.frames.load(SeqCst), 10_000);
    assert_eq!(done, 11, "a thousand a task, and one that finds nobody");
    if let Some(peak) = peak() {
        println!("10,000 connections told in {done} tasks; peak memory {} MB", peak / 1024 / 1024);
        assert!(peak < MOST, "{peak} bytes");
    }
}
