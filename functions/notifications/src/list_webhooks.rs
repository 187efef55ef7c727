//! `GET /v1/admin/webhooks`: the webhooks, the newest first.

use serde::Serialize;
use shared::http::{Cursor, cut, limit};
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::webhook::{Row, Webhook, admit};

/// A page of webhooks.
#[derive(Serialize)]
struct Page {
    items: Vec<Webhook>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let cursor = Cursor::of(&call)?;
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH live AS (
                SELECT role FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            allowed AS (
                SELECT FROM live WHERE live.role = ANY ($3::text[])
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
                   webhook.id AS "id?", webhook.url AS "url?", webhook.events AS "events?",
                   webhook.description AS "description?", webhook.enabled AS "enabled?",
                   webhook.disabled_reason AS "disabled_reason?", webhook.failing_since AS "failing_since?",
                   webhook.created_at AS "created_at?", webhook.updated_at AS "updated_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT candidate.*
                FROM webhooks AS candidate
                WHERE EXISTS (SELECT FROM allowed)
                  AND (candidate.created_at, candidate.id)
                      < (coalesce($4::timestamptz, 'infinity'), coalesce($5, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
                ORDER BY candidate.created_at DESC, candidate.id DESC
                LIMIT $6
            ) AS webhook ON true
            ORDER BY webhook.created_at DESC, webhook.id DESC
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadWebhooks.roles(),
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    let (live, allowed) = rows.first().map_or((false, false), |row| (row.session_live, row.allowed));
    admit(app, caller, live, allowed, "read_webhooks").await?;
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end =
        rows.last().filter(|_| has_next).and_then(|row| Some(Cursor { time: row.created_at?, id: row.id? }));
    Reply::ok(&Page {
        items: rows.into_iter().filter_map(Row::into_webhook).collect(),
        next_cursor: end.map(|cursor| cursor.encode()),
    })
}
