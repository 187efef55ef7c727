//! `DELETE /v1/admin/webhooks/{webhook_id}`: ends a webhook, with what it was to be told.

use shared::id::WebhookId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::webhook::admit;

/// Deletes the webhook.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id, role FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            allowed AS (
                SELECT live.user_id FROM live WHERE live.role = ANY ($3::text[])
            ),
            deleted AS (
                DELETE FROM webhooks USING allowed WHERE webhooks.id = $4 RETURNING webhooks.id
            ),
            audited AS (
                INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
                SELECT $5, 'sensitive_delete', allowed.user_id, $1, 'webhook', deleted.id, $6, $7 FROM allowed, deleted
                ON CONFLICT (id) DO NOTHING
            ),
            -- Our own earlier run, whose answer was lost.
            earlier AS (
                SELECT FROM audit_events WHERE id = $5
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
                   EXISTS (SELECT FROM deleted) OR EXISTS (SELECT FROM earlier) AS "deleted!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageWebhooks.roles(),
            webhook.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    admit(app, caller, row.session_live, row.allowed, "delete_webhook").await?;
    if row.deleted { Ok(Reply::no_content()) } else { Err(Problem::NotFound) }
}
