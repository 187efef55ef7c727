//! What admins see of the workers and what they can do for them, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use admin::{list_workers, redrive_queue};
use serde_json::{Value, json};
use shared::backlog::{Backlog, Depth};
use shared::crypto::BoxFuture;
use shared::queue::QueueFailure;
use shared::serve::HttpHandler;
use shared::worker::{Stats, Tally};
use testkit::{Answer, Request, Somebody, TestApp};

/// Queues in memory. Each test has names of its own for them, since a handler knows one world.
#[derive(Default)]
struct Queues(Mutex<BTreeMap<String, Result<Depth, QueueFailure>>>);

static QUEUES: LazyLock<Queues> = LazyLock::new(Queues::default);

impl Queues {
    fn set(&self, name: &str, depth: Option<Depth>) {
        let depth = depth.ok_or_else(|| QueueFailure("away".to_owned()));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), depth);
    }

    fn get(&self, name: &str) -> Option<Result<Depth, QueueFailure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

impl Backlog for Queues {
    fn names(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<Depth>, QueueFailure>> {
        Box::pin(async move { self.get(queue).transpose() })
    }

    fn redrive_some<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Option<usize>, QueueFailure>> {
        Box::pin(async move {
            let Some(known) = self.get(queue) else { return Ok(None) };
            let mut depth = known?;
            let some = depth.dead_letters.min(10);
            depth.dead_letters -= some;
            depth.waiting += some;
            self.set(queue, Some(depth));
            Ok(Some(usize::try_from(some).unwrap()))
        })
    }
}

const LIST: HttpHandler = |app, call| Box::pin(list_workers::handle(app, &*QUEUES, call));
const REDRIVE: HttpHandler = |app, call| Box::pin(redrive_queue::handle(app, &*QUEUES, call));

async fn told(app: &TestApp, by: &Somebody, queue: &str) -> Value {
    let list = app.call(LIST, Request::get("/v1/admin/workers").by(by)).await.ok();
    list["items"].as_array().unwrap().iter().find(|item| item["queue"] == queue).unwrap().clone()
}

async fn redrives(app: &TestApp, by: &Somebody, queue: &str) -> Answer {
    let request = Request::post("/v1/admin/workers/{queue}/redrive", &json!({})).at("queue", queue);
    app.call(REDRIVE, request.by(by)).await
}

async fn audited(app: &TestApp) -> Vec<(String, Value)> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT event, detail::text FROM audit_events ORDER BY id")
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    rows.into_iter().map(|(event, detail)| (event, serde_json::from_str(&detail).unwrap())).collect()
}

fn tally(processed: u64, retried: u64, dead_lettered: u64, duration_ms: u64, age_ms: u64) -> Tally {
    let tasks = usize::try_from(processed + retried + dead_lettered).unwrap();
    Tally {
        processed,
        retried,
        dead_lettered,
        calls: vec![(Duration::from_millis(duration_ms), tasks)],
        age: Duration::from_millis(age_ms),
    }
}

#[tokio::test]
async fn what_the_environments_of_a_worker_did_is_added_up() {
    let app = TestApp::start().await;
    let auditor = app.somebody_of_role("auditor", "auditor").await;
    QUEUES.set("added", Some(Depth { waiting: 3, in_flight: 2, dead_letters: 1 }));
    let nothing = told(&app, &auditor, "added").await;
    let expected = json!({
        "queue": "added", "waiting": 3, "in_flight": 2, "dead_letters": 1, "oldest_age_ms": null,
        "processed": 0, "failed": 0, "retried": 0, "dead_lettered": 0,
        "duration_ms": {"p50": null, "p95": null, "p99": null},
    });
    assert_eq!(nothing, expected);

    let (one, other) = (app.cold_environment(), app.cold_environment());
    let [ones, others] = [Stats::default(), Stats::default()];
    ones.add(&one, "added", &tally(90, 0, 0, 1, 20)).await;
    others.add(&other, "added", &tally(0, 4, 1, 1024, 7)).await;
    ones.add(&one, "added", &tally(5, 0, 0, 4, 10)).await;
    ones.add(&one, "other", &Tally::default()).await;
    let expected = json!({
        "queue": "added", "waiting": 3, "in_flight": 2, "dead_letters": 1, "oldest_age_ms": 20,
        "processed": 95, "failed": 5, "retried": 4, "dead_lettered": 1,
        "duration_ms": {"p50": 1.0, "p95": 4.0, "p99": 1024.0},
    });
    assert_eq!(told(&app, &auditor, "added").await, expected);
    // The next five minutes are another row; what is older than an hour does not count.
    app.clock.advance_wall(Duration::from_mins(5));
    ones.add(&one, "added", &tally(1, 0, 0, 1, 0)).await;
    assert_eq!(told(&app, &auditor, "added").await["processed"], 96);
    let old = "UPDATE worker_stats SET slot = now() - interval '61 minutes' WHERE processed > 1";
    sqlx::query(old).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(told(&app, &auditor, "added").await["processed"], 1);

    QUEUES.set("silent", None);
    let silent = told(&app, &auditor, "silent").await;
    assert_eq!(
        (&silent["waiting"], &silent["in_flight"], &silent["dead_letters"]),
        (&json!(null), &json!(null), &json!(null))
    );
    let round_trips = app.proxy.round_trips();
    told(&app, &auditor, "added").await;
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn dead_letters_are_put_back_once_and_it_is_recorded() {
    let app = TestApp::start().await;
    let admin = app.somebody_of_role("admin", "admin").await;
    QUEUES.set("redriven", Some(Depth { waiting: 1, in_flight: 0, dead_letters: 25 }));
    let answer =
        |moved: usize, complete: bool| json!({"queue": "redriven", "moved": moved, "complete": complete});
    assert_eq!(redrives(&app, &admin, "redriven").await.ok(), answer(25, true));
    assert_eq!(QUEUES.get("redriven"), Some(Ok(Depth { waiting: 26, in_flight: 0, dead_letters: 0 })));
    assert_eq!(redrives(&app, &admin, "redriven").await.ok(), answer(0, true));
    assert_eq!(QUEUES.get("redriven"), Some(Ok(Depth { waiting: 26, in_flight: 0, dead_letters: 0 })));
    let event = ("queue_redriven".to_owned(), json!({"queue": "redriven"}));
    assert_eq!(audited(&app).await, [event.clone(), event]);
    // A thousand a call.
    QUEUES.set("redriven", Some(Depth { waiting: 0, in_flight: 0, dead_letters: 1_015 }));
    assert_eq!(redrives(&app, &admin, "redriven").await.ok(), answer(1_000, false));
    let round_trips = app.proxy.round_trips();
    assert_eq!(redrives(&app, &admin, "redriven").await.ok(), answer(15, true));
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let app = TestApp::start().await;
    QUEUES.set("kept", Some(Depth { waiting: 0, in_flight: 0, dead_letters: 5 }));
    QUEUES.set("away", None);
    for role in ["user", "moderator", "auditor"] {
        let somebody = app.somebody_of_role(role, role).await;
        redrives(&app, &somebody, "kept").await.problem(403, "role_required");
        // The same for a queue that is not there: who may not does not learn which there are.
        redrives(&app, &somebody, "none").await.problem(403, "role_required");
        let list = app.call(LIST, Request::get("/v1/admin/workers").by(&somebody)).await;
        assert_eq!(list.status, if role == "auditor" { 200 } else { 403 });
    }
    let refused =
        |action: &str| ("authz_fail".to_owned(), json!({"reason": "role_required", "action": action}));
    // The second time at once is not recorded again.
    let by_role = [refused("redrive_queue"), refused("list_workers")];
    assert_eq!(audited(&app).await, [&by_role[..], &by_role, &by_role[..1]].concat());
    let admin = app.somebody_of_role("admin", "admin").await;
    redrives(&app, &admin, "none").await.problem(404, "not_found");
    redrives(&app, &admin, "away").await.problem(503, "unavailable");
    assert_eq!(QUEUES.get("kept"), Some(Ok(Depth { waiting: 0, in_flight: 0, dead_letters: 5 })));
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    redrives(&app, &admin, "kept").await.problem(401, "unauthenticated");
    app.call(LIST, Request::get("/v1/admin/workers").by(&admin)).await.problem(401, "unauthenticated");
}
