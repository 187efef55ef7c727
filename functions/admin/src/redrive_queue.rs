//! `POST /v1/admin/workers/{queue}/redrive`: puts a queue's dead letters back, for admins.
//!
//! Safe to repeat: what has been put back is not among the dead letters any more, and whatever is worked on twice has one effect.

use std::time::Duration;

use serde::Serialize;
use shared::audit::Entry;
use shared::backlog::Backlog;
use shared::policy::Action;
use shared::queue::QueueFailure;
use shared::{App, Call, Caller, Problem, Reply};

/// Dead letters that one call moves, and for how long it goes on: the rest is for the next call.
const MOST: usize = 1_000;
const MOVES_FOR: Duration = Duration::from_secs(12);

/// What was done.
#[derive(Serialize)]
struct Redriven {
    queue: String,
    moved: usize,
    /// Whether no dead letter is left.
    complete: bool,
}

/// Moves them and answers how many they were.
pub async fn handle(app: &App, backlog: &dyn Backlog, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let queue = call.path_text("queue")?;
    let known = backlog.names().contains(&queue);
    begins(app, caller, &queue, known).await?;
    let end = app.clock.monotonic() + MOVES_FOR;
    let mut redriven = Redriven { queue, moved: 0, complete: false };
    while redriven.moved < MOST && app.clock.monotonic() < end {
        match backlog.redrive_some(&redriven.queue).await {
            Ok(some) => {
                let some = some.ok_or(Problem::NotFound)?;
                redriven.moved += some;
                redriven.complete = some == 0;
            }
            // What was moved is moved: the answer says so, and that it is not all.
            Err(failure) if redriven.moved > 0 => tracing::warn!(%failure, "a redrive ends half-way"),
            Err(QueueFailure(cause)) => return Err(Problem::Unavailable(cause)),
        }
        if redriven.complete {
            break;
        }
    }
    tracing::info!(
        queue = redriven.queue,
        moved = redriven.moved,
        complete = redriven.complete,
        "dead letters were put back"
    );
    Reply::ok(&redriven)
}

/// Records that it begins, if the caller may and there is such a queue: nothing is moved of which the audit log knows nothing.
async fn begins(app: &App, caller: Caller, queue: &str, known: bool) -> Result<(), Problem> {
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query!(
            r#"
            -- $3: the roles that may; $4: the queue, $5: whether there is one of this name.
            WITH live AS (
                SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            allowed AS (
                SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
            ),
            audited AS (
                INSERT INTO audit_events (id, event, actor_id, session_id, address, request_id, detail)
                SELECT $6, 'queue_redriven', allowed.user_id, $1, $7, $8, jsonb_build_object('queue', $4::text)
                FROM allowed
                WHERE $5::boolean
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::RedriveQueue.roles(),
            queue,
            known,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if !row.allowed {
        app.record(vec![Entry::refused(caller, "redrive_queue")]).await;
        return Err(Problem::RoleRequired);
    }
    if known { Ok(()) } else { Err(Problem::NotFound) }
}
