//! `GET /v1/users/me/export`: the caller's newest export, with a link to it once it is ready.
//!
//! A link is for whoever holds it, so it lives five minutes at the most, and each one given out is a security event.

use std::time::Duration;

use serde::Serialize;
use shared::clock::Timestamp;
use shared::objects::Objects;
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;

use crate::export::{Export, Row};

/// How long a link is good.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

/// What the client gets.
#[derive(Serialize)]
struct ExportWithLink {
    #[serde(flatten)]
    export: Export,
    /// `null` unless there is something to fetch.
    download: Option<Download>,
}

/// Where to fetch it.
#[derive(Serialize)]
struct Download {
    url: String,
    expires_at: Timestamp,
}

/// Answers the export.
pub async fn handle(app: &App, objects: &dyn Objects, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            newest AS (
                SELECT export.*, export.state = 'ready' AND export.expires_at > now() AS fetchable
                FROM live
                JOIN exports AS export ON export.user_id = live.user_id
                ORDER BY export.requested_at DESC, export.id DESC
                LIMIT 1
            ),
            audited AS (
                INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
                SELECT $3, 'sensitive_read', newest.user_id, $1, 'export', newest.id, $4, $5
                FROM newest
                WHERE newest.fetchable
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!",
                   newest.id AS "id?",
                   newest.state AS "state?",
                   newest.requested_at AS "requested_at?",
                   newest.finished_at AS "finished_at?",
                   newest.size AS "size?",
                   newest.expires_at AS "expires_at?",
                   CASE WHEN newest.fetchable THEN newest.object_key END AS "object_key?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN newest ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let download = match (&row.object_key, row.expires_at) {
        (Some(key), Some(ends_at)) => Some(link(app, objects, key, ends_at).await?),
        _ => None,
    };
    let export = row.into_export().ok_or(Problem::NotFound)?;
    Reply::ok(&ExportWithLink { export, download })
}

/// A link that ends with the archive, if that is sooner.
async fn link(
    app: &App,
    objects: &dyn Objects,
    key: &str,
    ends_at: OffsetDateTime,
) -> Result<Download, Problem> {
    let now = app.clock.now();
    let left = Duration::try_from(ends_at - now).unwrap_or_default();
    // Whole seconds, and not none of them: that is what S3 takes.
    let lifetime = Duration::from_secs(left.min(LINK_LIFETIME).as_secs().max(1));
    let url = objects.link(key, now, lifetime).await;
    let url = url.map_err(|failure| Problem::Internal(failure.to_string()))?;
    Ok(Download { url, expires_at: (now + lifetime).into() })
}
