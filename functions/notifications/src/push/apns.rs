//! Apple Push Notification service
//! (<https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns>).

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use http_body_util::Full;
use serde_json::{Value, json};
use shared::App;
use time::OffsetDateTime;

use super::credentials::ApnsCredentials;
use super::jwt::SigningKey;
use super::{BadCredentials, LIFETIME_S, Notice, Request, Verdict, post};
use crate::outbound::{Answer, Outbound, Reach, Version};

const PATIENCE: Duration = Duration::from_secs(10);
/// Apple refuses tokens that are older than an hour, and new ones that come more often than every twenty minutes.
const TOKEN_LIFETIME: time::Duration = time::Duration::minutes(45);

/// APNs, with one key.
pub struct Apns {
    url: String,
    team_id: String,
    key_id: String,
    topic: String,
    key: SigningKey,
    outbound: Outbound,
    /// The token in use, and when it was made.
    token: Mutex<Option<(OffsetDateTime, String)>>,
}

impl Apns {
    /// With these credentials.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(url: &str, credentials: ApnsCredentials) -> Result<Self, BadCredentials> {
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            key: SigningKey::es256_pem(&credentials.private_key)?,
            team_id: credentials.team_id,
            key_id: credentials.key_id,
            topic: credentials.topic,
            outbound: Outbound::new(Reach::Any, Version::Two),
            token: Mutex::default(),
        })
    }

    /// Tells a device.
    pub async fn tell(&self, app: &App, device: &str, topic: Option<&str>, notice: &Notice) -> Verdict {
        let now = app.clock.now();
        let Some(request) = self.request(now, device, topic.unwrap_or(&self.topic), notice) else {
            tracing::error!("a push to APNs could not be made");
            return Verdict::Refused;
        };
        match self.outbound.call(request, PATIENCE).await {
            Ok(answer) => self.verdict(&answer),
            Err(failure) => {
                tracing::warn!(%failure, "APNs does not answer");
                Verdict::of_failure(failure)
            }
        }
    }

    fn request(&self, now: OffsetDateTime, device: &str, topic: &str, notice: &Notice) -> Option<Request> {
        let token = self.token(now)?;
        let expiration = now.unix_timestamp() + i64::from(LIFETIME_S);
        let mut body = notice.fields();
        body.insert("aps".to_owned(), aps(notice));
        post(&format!("{}/3/device/{device}", self.url))?
            .header("authorization", format!("bearer {token}"))
            .header("content-type", "application/json")
            .header("apns-topic", topic)
            .header("apns-push-type", "alert")
            .header("apns-priority", "10")
            .header("apns-expiration", expiration)
            // What is newer takes the place of what is older of the same conversation.
            .header("apns-collapse-id", notice.conversation_id.to_string())
            .body(Full::from(Value::Object(body).to_string()))
            .ok()
    }

    fn token(&self, now: OffsetDateTime) -> Option<String> {
        let mut held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_at, token)) = &*held
            && (time::Duration::ZERO..TOKEN_LIFETIME).contains(&(now - *made_at))
        {
            return Some(token.clone());
        }
        let claims = json!({"iss": self.team_id, "iat": now.unix_timestamp()});
        let token = self.key.token(json!({"kid": self.key_id}), &claims).ok()?;
        *held = Some((now, token.clone()));
        Some(token)
    }

    /// <https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns>
    fn verdict(&self, answer: &Answer) -> Verdict {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let reason = body["reason"].as_str().unwrap_or_default();
        let verdict = match (answer.status.as_u16(), reason) {
            (200, _) => Verdict::Sent,
            (410, _) | (400, "BadDeviceToken") => Verdict::Gone,
            (403, "ExpiredProviderToken" | "InvalidProviderToken") => {
                *self.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Verdict::Retry
            }
            (429 | 500.., _) => Verdict::Retry,
            _ => Verdict::Refused,
        };
        if verdict != Verdict::Sent {
            let status = answer.status.as_u16();
            // One of Apple's fixed words.
            let reason: String = reason.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
            tracing::warn!(status, reason, verdict = verdict.name(), "APNs has not taken a push");
        }
        verdict
    }
}

/// What the telephone shows by itself: words of the app's own, in its own language.
fn aps(notice: &Notice) -> Value {
    let alert = match &notice.sender_name {
        Some(name) => json!({"loc-key": "NEW_MESSAGE_FROM", "loc-args": [name]}),
        None => json!({"loc-key": "NEW_MESSAGE"}),
    };
    json!({"alert": alert, "sound": "default", "thread-id": notice.conversation_id, "mutable-content": 1})
}
