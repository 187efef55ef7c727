//! `PATCH /v1/admin/webhooks/{webhook_id}`: changes a webhook. What is left out stays. Enabling one gives it a fresh start.

use shared::http::Fields;
use shared::id::WebhookId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::url::LocalReceivers;
use crate::webhook::{Row, Settings, admit, url};

fn parse(mut fields: Fields, local: LocalReceivers) -> Result<Settings, Problem> {
    let given = fields.optional("url");
    let url = url(&mut fields, given, local);
    let events = fields.optional("events");
    let description = fields.optional("description");
    let enabled = fields.optional("enabled");
    fields.finish(|| Some(Settings { url, events, description, enabled }))
}

/// Makes the change and answers the whole webhook.
pub async fn handle(app: &App, local: LocalReceivers, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
    let changes = parse(call.fields()?, local)?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/update_webhook.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageWebhooks.roles(),
            webhook.0,
            changes.url.as_ref().map(|url| url.uri().to_string()),
            changes.events.as_ref().map(|events| events.0.as_slice()),
            changes.description.as_ref().map(|description| description.0.as_str()),
            changes.enabled,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    admit(app, caller, row.session_live, row.allowed, "update_webhook").await?;
    Reply::ok(&row.into_webhook().ok_or(Problem::NotFound)?)
}
