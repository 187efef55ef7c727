//! A webhook as admins see it.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::WebhookId;
use time::OffsetDateTime;
use uuid::Uuid;

/// A webhook. Its secret is told once, when it is made.
#[derive(Serialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub events: Vec<String>,
    pub description: String,
    pub enabled: bool,
    /// `failing` or `gone`, where we have disabled it.
    pub disabled_reason: Option<String>,
    /// Since when no delivery has succeeded.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The columns, and what is known of the caller.
pub struct Row {
    pub session_live: bool,
    pub allowed: bool,
    pub id: Option<Uuid>,
    pub url: Option<String>,
    pub events: Option<Vec<String>>,
    pub description: Option<String>,
    pub enabled: Option<bool>,
    pub disabled_reason: Option<String>,
    pub failing_since: Option<OffsetDateTime>,
    pub created_at: Option<OffsetDateTime>,
    pub updated_at: Option<OffsetDateTime>,
}

impl Row {
    /// The webhook of this row, if it holds one.
    pub fn into_webhook(self) -> Option<Webhook> {
        Some(Webhook {
            id: self.id?.into(),
            url: self.url?,
            events: self.events?,
            description: self.description?,
            enabled: self.enabled?,
            disabled_reason: self.disabled_reason,
            failing_since: self.failing_since.map(Timestamp::from),
            created_at: self.created_at?.into(),
            updated_at: self.updated_at?.into(),
        })
    }
}
