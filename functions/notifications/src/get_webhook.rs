//! `GET /v1/admin/webhooks/{webhook_id}`: a webhook, without its secret.

use shared::id::WebhookId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::webhook::{Row, admit};

/// Answers the webhook.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
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
            LEFT JOIN (
                SELECT known.* FROM allowed CROSS JOIN webhooks AS known WHERE known.id = $4
            ) AS webhook ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadWebhooks.roles(),
            webhook.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    admit(app, caller, row.session_live, row.allowed, "read_webhooks").await?;
    Reply::ok(&row.into_webhook().ok_or(Problem::NotFound)?)
}
