//! `GET /v1/admin/webhooks/{webhook_id}/deliveries`: what a webhook was told in the last seven days, and what came of it, the
//! newest first.

use serde::Serialize;
use shared::http::{Cursor, cut, limit};
use shared::id::WebhookId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::webhook::admit;
use crate::webhook::delivery::{Delivery, Row};

/// A page of deliveries.
#[derive(Serialize)]
struct Page {
    items: Vec<Delivery>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
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
            ),
            known AS (
                SELECT webhook.id FROM allowed CROSS JOIN webhooks AS webhook WHERE webhook.id = $4
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
                   EXISTS (SELECT FROM known) AS "known!",
                   delivery.id AS "id?", delivery.event_id AS "event_id?", delivery.type AS "kind?",
                   delivery.state AS "state?", delivery.attempts AS "attempts?", delivery.status AS "status?",
                   delivery.failure AS "failure?", delivery.duration_ms AS "duration_ms?",
                   delivery.created_at AS "created_at?", delivery.due_at AS "due_at?", delivery.finished_at AS "finished_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT candidate.*
                FROM webhook_deliveries AS candidate
                WHERE candidate.webhook_id = (SELECT known.id FROM known)
                  AND ($5::timestamptz IS NULL OR (candidate.created_at, candidate.id) < ($5, $6::uuid))
                ORDER BY candidate.created_at DESC, candidate.id DESC
                LIMIT $7
            ) AS delivery ON true
            ORDER BY delivery.created_at DESC, delivery.id DESC
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadWebhooks.roles(),
            webhook.0,
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    let (live, allowed, known) =
        rows.first().map_or((false, false, false), |row| (row.session_live, row.allowed, row.known));
    admit(app, caller, live, allowed, "read_webhooks").await?;
    if !known {
        return Err(Problem::NotFound);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end =
        rows.last().filter(|_| has_next).and_then(|row| Some(Cursor { time: row.created_at?, id: row.id? }));
    Reply::ok(&Page {
        items: rows.into_iter().filter_map(Row::into_delivery).collect(),
        next_cursor: end.map(|cursor| cursor.encode()),
    })
}
