//! `POST /v1/admin/webhooks`: has an address outside told of events. The answer is the only one that tells the secret.

use serde_json::json;
use shared::http::Fields;
use shared::id::WebhookId;
use shared::idempotency::{Earlier, Once};
use shared::policy::Action;
use shared::text::WebhookDescription;
use shared::{App, Call, Caller, Problem, Reply};

use crate::url::{CallUrl, LocalReceivers};
use crate::webhook::secret::NewSecret;
use crate::webhook::{EventTypes, Webhook, WithSecret, admit, url};

/// How often to try while other webhooks, or the same request, come beside us.
const ATTEMPTS: usize = 4;

/// What the client sends.
struct NewWebhook {
    url: CallUrl,
    events: EventTypes,
    description: Option<WebhookDescription>,
    enabled: bool,
}

impl NewWebhook {
    fn parse(mut fields: Fields, local: LocalReceivers) -> Result<Self, Problem> {
        let given = fields.required("url");
        let url = url(&mut fields, given, local);
        let events = fields.required("events");
        let description = fields.optional("description");
        let enabled = fields.optional("enabled").unwrap_or(true);
        fields.finish(|| Some(Self { url: url?, events: events?, description, enabled }))
    }

    fn description(&self) -> &str {
        self.description.as_ref().map_or("", |description| description.0.as_str())
    }
}

/// Adds the webhook and answers it, with its secret.
pub async fn handle(app: &App, local: LocalReceivers, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let request = NewWebhook::parse(call.fields()?, local)?;
    let asked = json!({
        "url": request.url.uri().to_string(), "events": request.events.0, "description": request.description(),
        "enabled": request.enabled,
    });
    let once = app.once(&call, "create_webhook", caller.user_id.0.as_bytes(), &asked).await?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, caller, &request, &once).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("other webhooks came beside us at every attempt"))
}

async fn attempt(
    app: &App,
    caller: Caller,
    request: &NewWebhook,
    once: &Once,
) -> Result<Option<Reply>, Problem> {
    let id: WebhookId = app.new_id()?;
    let secret = NewSecret::make(app, id).await?;
    let now = app.clock.now();
    let webhook = Webhook {
        id,
        url: request.url.uri().to_string(),
        events: request.events.0.clone(),
        description: request.description().to_owned(),
        enabled: request.enabled,
        disabled_reason: None,
        failing_since: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    let reply = Reply::created(&WithSecret { webhook, secret: secret.told })?;
    let kept = app.keep(once, &reply)?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/create_webhook.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageWebhooks.roles(),
            id.0,
            request.url.uri().to_string(),
            &request.events.0,
            request.description(),
            request.enabled,
            secret.id.0,
            secret.keyring.0,
            secret.sealed,
            now,
            once.key(),
            once.keyring_id(),
            kept,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = match app.database.fetch_one(statement).await {
        // Another took the place, or the same request came twice, at this moment.
        Err(failure) if matches!(failure.constraint(), Some("webhooks_place_key" | "idempotency_key")) => {
            return Ok(None);
        }
        row => row?,
    };
    admit(app, caller, row.session_live, row.allowed, "create_webhook").await?;
    let earlier = Earlier { keyring_id: row.replayed_keyring_id, sealed: row.replayed_sealed };
    if let Some(reply) = app.replay(once, earlier).await? {
        return Ok(Some(reply));
    }
    if row.created { Ok(Some(reply)) } else { Err(Problem::TooManyWebhooks) }
}
