//! Firebase Cloud Messaging, HTTP v1 (<https://firebase.google.com/docs/cloud-messaging/send/v1-api>), as a service account
//! (<https://developers.google.com/identity/protocols/oauth2/service-account>).

use std::time::Duration;

use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::App;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::credentials::FcmCredentials;
use super::jwt::SigningKey;
use super::{BadCredentials, LIFETIME_S, Notice, Request, Verdict, post};
use crate::outbound::{Answer, Outbound, Reach, Version};

const PATIENCE: Duration = Duration::from_secs(10);
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// A token is not used for its last minute.
const MARGIN: time::Duration = time::Duration::minutes(1);

/// FCM, for one project.
pub struct Fcm {
    url: String,
    client_email: String,
    token_uri: String,
    key: SigningKey,
    outbound: Outbound,
    /// The access token in use, and until when.
    token: Mutex<Option<(OffsetDateTime, String)>>,
}

/// What Google answers for a signed assertion.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: i64,
}

impl Fcm {
    /// With these credentials.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(url: &str, credentials: FcmCredentials) -> Result<Self, BadCredentials> {
        let url = url.trim_end_matches('/');
        Ok(Self {
            url: format!("{url}/v1/projects/{}/messages:send", credentials.project_id),
            key: SigningKey::rs256_pem(&credentials.private_key)?,
            client_email: credentials.client_email,
            token_uri: credentials.token_uri,
            outbound: Outbound::new(Reach::Any, Version::One),
            token: Mutex::default(),
        })
    }

    /// Tells a device.
    pub async fn tell(&self, app: &App, device: &str, notice: &Notice) -> Verdict {
        let token = match self.token(app.clock.now()).await {
            Ok(token) => token,
            Err(verdict) => return verdict,
        };
        let Some(request) = self.request(&token, device, notice) else {
            tracing::error!("a push to FCM could not be made");
            return Verdict::Refused;
        };
        match self.outbound.call(request, PATIENCE).await {
            Ok(answer) => self.verdict(&answer).await,
            Err(failure) => {
                tracing::warn!(%failure, "FCM does not answer");
                Verdict::of_failure(failure)
            }
        }
    }

    /// Data only, whose values are strings: the app decides what is shown.
    fn request(&self, token: &str, device: &str, notice: &Notice) -> Option<Request> {
        let text = |value: Value| match value {
            Value::String(text) => Value::String(text),
            other => Value::String(other.to_string()),
        };
        let data: Map<String, Value> =
            notice.fields().into_iter().map(|(name, value)| (name, text(value))).collect();
        let body = json!({"message": {
            "token": device,
            "data": data,
            "android": {
                // What is newer takes the place of what is older of the same conversation.
                "collapse_key": notice.conversation_id,
                "priority": "HIGH",
                "ttl": format!("{LIFETIME_S}s"),
            },
        }});
        post(&self.url)?
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .ok()
    }

    /// An access token, from Google where none is good any more.
    async fn token(&self, now: OffsetDateTime) -> Result<String, Verdict> {
        let mut held = self.token.lock().await;
        if let Some((until, token)) = &*held
            && now < *until
        {
            return Ok(token.clone());
        }
        let Some(request) = self.assertion(now) else {
            tracing::error!("an assertion for FCM could not be made");
            return Err(Verdict::Refused);
        };
        // Nothing was told yet, whatever becomes of this.
        let answer = self.outbound.call(request, PATIENCE).await.map_err(|failure| {
            tracing::warn!(%failure, "the token service of FCM does not answer");
            Verdict::Retry
        })?;
        let granted: Option<Granted> =
            serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success());
        let Some(granted) = granted else {
            tracing::error!(status = answer.status.as_u16(), "the token service of FCM gives no token");
            return Err(Verdict::Retry);
        };
        let until = now + time::Duration::seconds(granted.expires_in.clamp(0, 86_400)) - MARGIN;
        *held = Some((until, granted.access_token.clone()));
        Ok(granted.access_token)
    }

    fn assertion(&self, now: OffsetDateTime) -> Option<Request> {
        let issued = now.unix_timestamp();
        let claims = json!({
            "iss": self.client_email, "scope": SCOPE, "aud": self.token_uri, "iat": issued, "exp": issued + 3_600,
        });
        let assertion = self.key.token(json!({}), &claims).ok()?;
        // A JWT has no letter that a form would have to escape.
        let form =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        post(&self.token_uri)?
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::from(form))
            .ok()
    }

    /// <https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode>
    async fn verdict(&self, answer: &Answer) -> Verdict {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let mut details = body["error"]["details"].as_array().into_iter().flatten();
        let code = details.find_map(|detail| detail["errorCode"].as_str()).unwrap_or_default();
        let verdict = match (answer.status.as_u16(), code) {
            (200, _) => Verdict::Sent,
            // The device is another project's.
            (404, _) | (_, "UNREGISTERED" | "SENDER_ID_MISMATCH") => Verdict::Gone,
            (401, _) => {
                *self.token.lock().await = None;
                Verdict::Retry
            }
            (429 | 500.., _) => Verdict::Retry,
            _ => Verdict::Refused,
        };
        if verdict != Verdict::Sent {
            let status = answer.status.as_u16();
            // One of Google's fixed words.
            let code: String = code
                .chars()
                .filter(|letter| letter.is_ascii_uppercase() || *letter == '_')
                .take(40)
                .collect();
            tracing::warn!(status, code, verdict = verdict.name(), "FCM has not taken a push");
        }
        verdict
    }
}
