//! What is known of the user: profile, settings, sessions, blocks, security events.

use serde::Serialize;
use serde_json::Value;
use shared::account::Settings;
use shared::clock::Timestamp;
use shared::id::{SessionId, UserId};
use shared::profile::UserRow;
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Run;
use super::file::ArchiveFile;

/// Rows of one statement.
const PAGE: i64 = 200;

/// Before everything: where the first page begins.
const FIRST: (OffsetDateTime, Uuid) = (OffsetDateTime::UNIX_EPOCH, Uuid::nil());

/// The user's own profile, with the e-mail address.
pub async fn profile(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let statement = || {
        sqlx::query_as!(
            UserRow,
            r#"
            SELECT users.id, users.username, users.display_name, users.bio, users.avatar_media_id, users.presence,
                   users.status_text, users.status_emoji, users.status_expires_at, users.role, users.created_at,
                   users.email_sealed, users.email_keyring_id
            FROM running_exports AS run
            JOIN users ON users.id = run.user_id
            WHERE run.id = $1 AND run.run_id = $2
            "#,
            run.export.0,
            run.id,
        )
    };
    let row = run.app.database.fetch_all(statement).await?.pop();
    let row = row.ok_or_else(|| Problem::unavailable("the export is no longer this run's"))?;
    archive.json("profile.json", &run.app.own_profile(row).await?)
}

/// The privacy switches.
pub async fn settings(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let statement = || {
        sqlx::query_as!(
            Settings,
            r#"
            SELECT users.send_read_receipts, users.send_typing, users.show_last_seen
            FROM running_exports AS run
            JOIN users ON users.id = run.user_id
            WHERE run.id = $1 AND run.run_id = $2
            "#,
            run.export.0,
            run.id,
        )
    };
    archive.json("settings.json", &run.app.database.fetch_all(statement).await?.pop())
}

/// A login that has not been ended.
#[derive(Serialize)]
struct Session {
    id: SessionId,
    device_name: Option<String>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// Where the user is logged in; nothing that could log somebody in.
pub async fn sessions(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let mut list = archive.list("sessions.json")?;
    let mut after = FIRST;
    loop {
        let statement = || {
            sqlx::query!(
                r#"
                SELECT session.id, session.device_name, session.created_at, session.expires_at
                FROM running_exports AS run
                JOIN sessions AS session ON session.user_id = run.user_id
                WHERE run.id = $1 AND run.run_id = $2
                  AND session.revoked_at IS NULL AND (session.created_at, session.id) > ($3, $4)
                ORDER BY session.created_at, session.id
                LIMIT $5
                "#,
                run.export.0,
                run.id,
                after.0,
                after.1,
                PAGE,
            )
        };
        let rows = run.app.database.fetch_all(statement).await?;
        let Some(newest) = rows.last() else { return list.end() };
        after = (newest.created_at, newest.id);
        for row in rows {
            list.push(&Session {
                id: row.id.into(),
                device_name: row.device_name,
                created_at: row.created_at.into(),
                expires_at: row.expires_at.into(),
            })?;
        }
    }
}

/// One whom the user has blocked.
#[derive(Serialize)]
struct Block {
    user_id: UserId,
    username: String,
    display_name: String,
    created_at: Timestamp,
}

/// Whom the user has blocked. Who has blocked the user is not the user's to know.
pub async fn blocks(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let mut list = archive.list("blocks.json")?;
    let mut after = FIRST;
    loop {
        let statement = || {
            sqlx::query!(
                r#"
                SELECT users.id, users.username, users.display_name, block.created_at
                FROM running_exports AS run
                JOIN blocks AS block ON block.user_id = run.user_id
                JOIN users ON users.id = block.blocked_id
                WHERE run.id = $1 AND run.run_id = $2 AND (block.created_at, block.blocked_id) > ($3, $4)
                ORDER BY block.created_at, block.blocked_id
                LIMIT $5
                "#,
                run.export.0,
                run.id,
                after.0,
                after.1,
                PAGE,
            )
        };
        let rows = run.app.database.fetch_all(statement).await?;
        let Some(newest) = rows.last() else { return list.end() };
        after = (newest.created_at, newest.id);
        for row in rows {
            list.push(&Block {
                user_id: row.id.into(),
                username: row.username,
                display_name: row.display_name,
                created_at: row.created_at.into(),
            })?;
        }
    }
}

/// Something that the user did, or that was done to the user.
#[derive(Serialize)]
struct SecurityEvent {
    id: Uuid,
    at: Timestamp,
    event: String,
    /// `you`, `nobody_known` (a log-in that failed) or `somebody_else` (an administrator).
    by: &'static str,
    session_id: Option<SessionId>,
    subject_type: Option<String>,
    subject_id: Option<Uuid>,
    address: Option<String>,
    request_id: Option<String>,
    detail: Value,
}

/// The user's own security events. Where somebody else acted from is theirs.
pub async fn security_events(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let mut list = archive.list("audit.json")?;
    let mut after = FIRST;
    loop {
        let page = security_events_after(run.app, run, after).await?;
        let Some((at, newest)) = page.last() else { return list.end() };
        after = (*at, newest.id);
        for (_, event) in &page {
            list.push(event)?;
        }
    }
}

async fn security_events_after(
    app: &App,
    run: Run<'_>,
    after: (OffsetDateTime, Uuid),
) -> Result<Vec<(OffsetDateTime, SecurityEvent)>, Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT event.id AS "id!", event.at AS "at!", event.event AS "event!",
                   event.subject_type AS "subject_type?", event.subject_id AS "subject_id?", event.detail::text AS "detail!",
                   CASE
                       WHEN event.actor_id = run.user_id THEN 'you'
                       WHEN event.actor_id IS NULL THEN 'nobody_known'
                       ELSE 'somebody_else'
                   END AS "by!",
                   event.session_id AS "session_id?", event.address AS "address?", event.request_id AS "request_id?"
            FROM running_exports AS run
            JOIN LATERAL (
                -- Two index ranges; what is in both is there once.
                (SELECT * FROM audit_events AS own
                 WHERE own.actor_id = run.user_id AND (own.at, own.id) > ($3, $4)
                 ORDER BY own.at, own.id
                 LIMIT $5)
                UNION
                (SELECT * FROM audit_events AS about
                 WHERE about.subject_id = run.user_id AND (about.at, about.id) > ($3, $4)
                 ORDER BY about.at, about.id
                 LIMIT $5)
            ) AS event ON true
            WHERE run.id = $1 AND run.run_id = $2
            ORDER BY event.at, event.id
            LIMIT $5
            "#,
            run.export.0,
            run.id,
            after.0,
            after.1,
            PAGE,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let events = rows.into_iter().map(|row| {
        let others = row.by == "somebody_else";
        let event = SecurityEvent {
            id: row.id,
            at: row.at.into(),
            event: row.event,
            by: match row.by.as_str() {
                "you" => "you",
                "nobody_known" => "nobody_known",
                _ => "somebody_else",
            },
            session_id: row.session_id.filter(|_| !others).map(SessionId::from),
            subject_type: row.subject_type,
            subject_id: row.subject_id,
            address: row.address.filter(|_| !others),
            request_id: row.request_id.filter(|_| !others),
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        };
        (row.at, event)
    });
    Ok(events.collect())
}
