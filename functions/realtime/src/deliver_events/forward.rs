//! What is told outside of sockets: to the devices of those who are away, and to webhooks. Each has a queue and a worker of its own
//! (functions/notifications); here is only decided whether there is anybody to tell, so that their queues stay empty where
//! nobody has asked for it.

use std::sync::Arc;

use shared::App;
use shared::queue::Queue;
use shared::worker::TaskFailure;
use uuid::Uuid;

/// The queues of those workers.
#[derive(Clone)]
pub struct Outside {
    /// Devices.
    pub push: Arc<dyn Queue>,
    /// Webhooks.
    pub webhooks: Arc<dyn Queue>,
}

/// Sends these events on. Once more does no harm: both workers know what they have told.
pub async fn forward(app: &App, outside: &Outside, ids: &[Uuid]) -> Result<(), TaskFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT event.id,
                   event.type = 'message.created' AND EXISTS (
                       SELECT FROM members AS member
                       JOIN devices AS device ON device.user_id = member.user_id
                       WHERE member.conversation_id = event.conversation_id
                         AND member.left_at IS NULL
                         AND NOT EXISTS (SELECT FROM listeners WHERE listeners.user_id = member.user_id)
                   ) AS "for_devices!",
                   EXISTS (
                       SELECT FROM webhooks AS webhook WHERE webhook.enabled AND event.type = ANY (webhook.events)
                   ) AS "for_webhooks!"
            FROM outbox AS event
            WHERE event.id = ANY ($1::uuid[])
            ORDER BY event.id
            "#,
            ids,
        )
    };
    let (mut push, mut webhooks) = (Vec::new(), Vec::new());
    for row in app.database.fetch_all(statement).await? {
        let body = format!(r#"{{"event_id":"{}"}}"#, row.id);
        if row.for_devices {
            push.push(body.clone());
        }
        if row.for_webhooks {
            webhooks.push(body);
        }
    }
    outside.push.send_all(push).await?;
    outside.webhooks.send_all(webhooks).await?;
    Ok(())
}
