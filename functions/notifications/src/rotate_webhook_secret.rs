//! `POST /v1/admin/webhooks/{webhook_id}/secret`: gives a webhook a new secret, which this answer alone tells. For a day
//! deliveries are signed with the one before as well, so that the receiver can change over.

use shared::id::WebhookId;
use shared::idempotency::{Earlier, Once};
use shared::policy::Action;
use shared::{App, Call, Caller, Problem, Reply};

use crate::webhook::admit;
use crate::webhook::secret::NewSecret;

/// How often to try while the same request comes beside us.
const ATTEMPTS: usize = 3;

/// What the client is told.
#[derive(serde::Serialize)]
struct Rotated {
    webhook_id: WebhookId,
    secret: String,
}

/// Makes the secret and answers it.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let webhook: WebhookId = call.path_id("webhook_id")?;
    let once = app.once(&call, "rotate_webhook_secret", caller.user_id.0.as_bytes(), &webhook).await?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, caller, webhook, &once).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("the same request came beside us at every attempt"))
}

async fn attempt(
    app: &App,
    caller: Caller,
    webhook: WebhookId,
    once: &Once,
) -> Result<Option<Reply>, Problem> {
    let secret = NewSecret::make(app, webhook).await?;
    let reply = Reply::created(&Rotated { webhook_id: webhook, secret: secret.told })?;
    let kept = app.keep(once, &reply)?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/rotate_webhook_secret.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ManageWebhooks.roles(),
            webhook.0,
            secret.id.0,
            secret.keyring.0,
            secret.sealed,
            once.key(),
            once.keyring_id(),
            kept,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let row = match app.database.fetch_one(statement).await {
        Err(failure) if failure.constraint() == Some("idempotency_key") => return Ok(None),
        row => row?,
    };
    admit(app, caller, row.session_live, row.allowed, "rotate_webhook_secret").await?;
    let earlier = Earlier { keyring_id: row.replayed_keyring_id, sealed: row.replayed_sealed };
    if let Some(reply) = app.replay(once, earlier).await? {
        return Ok(Some(reply));
    }
    if row.known { Ok(Some(reply)) } else { Err(Problem::NotFound) }
}
