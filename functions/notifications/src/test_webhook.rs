//! `POST /v1/admin/webhooks/{webhook_id}/test`: has the webhook told of a `webhook.test`, whatever it has subscribed to. What
//! came of it is among its deliveries.

use shared::id::{DeliveryId, WebhookId};
use shared::policy::Action;
use shared::queue::Queue;
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

use crate::send_webhooks::Work;
use crate::webhook::delivery::Row;
use crate::webhook::{TEST, admit};

/// Notes the delivery, tells the worker and answers the delivery.
pub async fn handle(app: &App, queue: &dyn Queue, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
    // Not of the outbox: nobody else hears of it.
    let (id, event): (DeliveryId, Uuid) = (app.new_id()?, app.new_id()?);
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
            ),
            made AS (
                INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, occurred_at, data)
                SELECT $5, known.id, $6, $7, now(), '{}' FROM known
                ON CONFLICT (id) DO UPDATE SET id = excluded.id
                RETURNING *
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
                   EXISTS (SELECT FROM known) AS "known!",
                   made.id AS "id?", made.event_id AS "event_id?", made.type AS "kind?", made.state AS "state?",
                   made.attempts AS "attempts?", made.status AS "status?", made.failure AS "failure?",
                   made.duration_ms AS "duration_ms?", made.created_at AS "created_at?", made.due_at AS "due_at?",
                   made.finished_at AS "finished_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN made ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageWebhooks.roles(),
            webhook.0,
            id.0,
            event,
            TEST,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    admit(app, caller, row.session_live, row.allowed, "test_webhook").await?;
    let delivery = row.into_delivery().ok_or(Problem::NotFound)?;
    let sent = queue.send(Work::Delivery { delivery_id: id }.body()).await;
    sent.map_err(|failure| Problem::unavailable(failure.to_string()))?;
    Reply::accepted(&delivery)
}
