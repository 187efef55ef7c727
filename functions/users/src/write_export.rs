//! Worker of the queue `export`: writes the archive that a user has asked for, or deletes those of a user who is gone.
//!
//! A record may come twice, late, or after the worker that had it was killed. So a run takes the export by a conditional update,
//! writes to a place of its own, and counts only if the export is still its own at the end. An export that another run is at is
//! left to it for 16 minutes, one more than Lambda lets it run.

use std::io::ErrorKind;
use std::path::PathBuf;

use shared::objects::{Attachment, ObjectFailure, Objects};
use shared::worker::{self, TaskFailure};
use shared::{App, Problem};
use uuid::Uuid;

use crate::archive::{self, Run};
use crate::export::Task;

const ARCHIVE: Attachment = Attachment { content_type: "application/zip", file_name: "talkify-export.zip" };

/// Makes the archive, or deletes what there is.
pub async fn handle(app: &App, objects: &dyn Objects, task: worker::Task<'_>) -> Result<(), TaskFailure> {
    Ok(work(app, objects, task.read()?).await?)
}

/// What is to be done with a record.
enum Taken {
    /// Make the archive.
    Ours,
    /// The user is gone: delete what there is.
    UserErased,
    /// It is done, or somebody else is at it.
    NotOurs,
}

async fn work(app: &App, objects: &dyn Objects, task: Task) -> Result<(), Problem> {
    let run: Uuid = app.new_id()?;
    match take(app, task, run).await? {
        Taken::Ours => {}
        Taken::UserErased => return erase(app, objects, task).await,
        Taken::NotOurs => return Ok(()),
    }
    let Err(problem) = make(app, objects, task, run).await else { return Ok(()) };
    tracing::error!(export_id = %task.export_id, %problem, "an export could not be made");
    if give_back(app, task, run).await? { Err(problem) } else { Ok(()) }
}

async fn take(app: &App, task: Task, run: Uuid) -> Result<Taken, Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments: the run tells our own earlier one.
            WITH taken AS (
                UPDATE exports AS export
                SET state = 'running', run_id = $3, started_at = clock_timestamp(),
                    attempts = export.attempts + CASE WHEN export.run_id = $3 THEN 0 ELSE 1 END
                FROM users
                WHERE export.id = $1 AND export.user_id = $2 AND users.id = export.user_id AND users.deleted_at IS NULL
                  AND (export.run_id = $3 OR export.attempts < 5)
                  AND (export.state = 'pending'
                       OR (export.state = 'running'
                           AND (export.run_id = $3 OR export.started_at < now() - interval '16 minutes')))
                RETURNING export.id
            )
            SELECT EXISTS (SELECT FROM taken) AS "ours!",
                   EXISTS (SELECT FROM users WHERE id = $2 AND deleted_at IS NOT NULL) AS "erased!"
            "#,
            task.export_id.0,
            task.user_id.0,
            run,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    Ok(match (row.ours, row.erased) {
        (true, _) => Taken::Ours,
        (false, true) => Taken::UserErased,
        (false, false) => Taken::NotOurs,
    })
}

/// A file that goes when it is no longer needed, also when the run ends half-way.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(failure) = std::fs::remove_file(&self.0)
            && failure.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%failure, "a scratch file stays until the environment goes");
        }
    }
}

async fn make(app: &App, objects: &dyn Objects, task: Task, run: Uuid) -> Result<(), Problem> {
    let scratch = Scratch(std::env::temp_dir().join(format!("talkify-export-{run}.zip")));
    let this = Run { app, export: task.export_id, id: run };
    let size = archive::write(this, &scratch.0).await?;
    let key = task.key(run);
    objects.put(&key, &scratch.0, ARCHIVE).await.map_err(unavailable)?;
    if finish(app, task, run, &key, size).await? {
        tracing::info!(export_id = %task.export_id, size, "an export is ready");
        return Ok(());
    }
    // Meanwhile the user is gone, or the export was given to another run: nobody would ever find this archive.
    objects.delete_all(&key).await.map_err(unavailable)
}

/// Makes the archive known, unless the export is no longer this run's; whether it was.
async fn finish(app: &App, task: Task, run: Uuid, key: &str, size: i64) -> Result<bool, Problem> {
    let event = app.new_event()?;
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments: the run tells our own earlier one. Seven days: as the bucket's rule says.
            WITH finished AS (
                UPDATE exports
                SET state = 'ready', finished_at = clock_timestamp(), object_key = $3, size = $4,
                    expires_at = clock_timestamp() + interval '7 days'
                WHERE id = $1 AND run_id = $2 AND state = 'running'
                RETURNING id, user_id
            ),
            event AS (
                INSERT INTO outbox (id, type, user_id) SELECT $5, 'export.ready', finished.user_id FROM finished
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM finished)
                OR EXISTS (SELECT FROM exports WHERE id = $1 AND run_id = $2 AND state = 'ready') AS "ours!"
            "#,
            task.export_id.0,
            run,
            key,
            size,
            event.0,
        )
    };
    Ok(app.database.fetch_one(statement).await?.ours)
}

/// After a failure: the export waits for another attempt, or has failed for good; whether there will be another attempt.
async fn give_back(app: &App, task: Task, run: Uuid) -> Result<bool, Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            -- As if sent now, so that the sweep lets what ails us pass first.
            UPDATE exports
            SET state = CASE WHEN attempts < 5 THEN 'pending' ELSE 'failed' END,
                finished_at = CASE WHEN attempts < 5 THEN NULL ELSE clock_timestamp() END,
                sent_at = clock_timestamp()
            WHERE id = $1 AND run_id = $2 AND state = 'running'
            RETURNING state
            "#,
            task.export_id.0,
            run,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop();
    Ok(row.is_none_or(|row| row.state == "pending"))
}

/// Deletes everything that was exported for a user who is gone, and then the rows that asked for it.
async fn erase(app: &App, objects: &dyn Objects, task: Task) -> Result<(), Problem> {
    objects.delete_all(&task.prefix()).await.map_err(unavailable)?;
    let statement = || {
        sqlx::query!(
            "DELETE FROM exports WHERE user_id = $1 AND state = 'erased' RETURNING id",
            task.user_id.0
        )
    };
    let rows = app.database.fetch_all(statement).await?.len();
    tracing::info!(user_id = %task.user_id, rows, "the exports of an erased user are gone");
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn unavailable(failure: ObjectFailure) -> Problem {
    Problem::unavailable(failure.to_string())
}
