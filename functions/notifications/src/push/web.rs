//! Browsers: Web Push (RFC 8030), encrypted for the browser alone (RFC 8291), from a sender that its push service knows
//! (RFC 8292). The URL is whatever the browser was given, so it is called like any other that comes from outside.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::Full;
use serde_json::{Value, json};
use shared::App;
use time::OffsetDateTime;

use super::credentials::WebCredentials;
use super::jwt::SigningKey;
use super::web_encryption::encrypt;
use super::{BadCredentials, LIFETIME_S, Notice, Request, Verdict, post};
use crate::outbound::{Answer, Outbound, Reach, Version};
use crate::target::Subscription;
use crate::url::LocalReceivers;

const PATIENCE: Duration = Duration::from_secs(10);
/// RFC 8292, 2, allows a day at the most.
const TOKEN_LIFETIME: time::Duration = time::Duration::hours(12);

/// Web Push, with one key.
pub struct Web {
    subject: String,
    /// The public key, base64url.
    public: String,
    key: SigningKey,
    local: LocalReceivers,
    outbound: Outbound,
}

impl Web {
    /// With these credentials, of which `public` is the public half.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(
        local: LocalReceivers,
        credentials: WebCredentials,
        public: &str,
    ) -> Result<Self, BadCredentials> {
        let decode = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
            bytes.map_err(|_| BadCredentials("a key for web is not in base64url"))
        };
        let key = SigningKey::es256_bare(&decode(&credentials.private_key)?, &decode(public)?)?;
        let outbound = Outbound::new(Reach::Public(local), Version::One);
        Ok(Self { subject: credentials.subject, public: public.to_owned(), key, local, outbound })
    }

    /// Tells a browser.
    pub async fn tell(&self, app: &App, subscription: &Subscription, notice: &Notice) -> Verdict {
        let Some(request) = self.request(app, subscription, notice) else {
            // Its keys are none, or its URL may not be called: it can never be told.
            return Verdict::Gone;
        };
        match self.outbound.call(request, PATIENCE).await {
            Ok(answer) => verdict(&answer),
            Err(failure) => {
                tracing::warn!(%failure, "a push service does not answer");
                Verdict::of_failure(failure)
            }
        }
    }

    fn request(&self, app: &App, subscription: &Subscription, notice: &Notice) -> Option<Request> {
        let url = subscription.url().ok()?.permitted(self.local).ok()?;
        let uri = url.uri();
        let audience = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let token = self.token(app.clock.now(), &audience)?;
        let plain = Value::Object(notice.fields()).to_string();
        let body = encrypt(&*app.random, subscription, plain.as_bytes())?;
        post(&uri.to_string())?
            .header("authorization", format!("vapid t={token}, k={}", self.public))
            .header("content-type", "application/octet-stream")
            .header("content-encoding", "aes128gcm")
            .header("ttl", LIFETIME_S)
            .header("urgency", "high")
            // What is newer takes the place of what is older of the same conversation (RFC 8030, 5.4: 32 letters at most).
            .header("topic", URL_SAFE_NO_PAD.encode(notice.conversation_id.0.as_bytes()))
            .body(Full::from(body))
            .ok()
    }

    fn token(&self, now: OffsetDateTime, audience: &str) -> Option<String> {
        let expires = (now + TOKEN_LIFETIME).unix_timestamp();
        let claims = json!({"aud": audience, "exp": expires, "sub": self.subject});
        self.key.token(json!({}), &claims).ok()
    }
}

fn verdict(answer: &Answer) -> Verdict {
    let status = answer.status.as_u16();
    let verdict = match status {
        200..=299 => Verdict::Sent,
        // RFC 8030, 7.3: the subscription has ended.
        404 | 410 => Verdict::Gone,
        429 | 500.. => Verdict::Retry,
        _ => Verdict::Refused,
    };
    if verdict != Verdict::Sent {
        tracing::warn!(status, verdict = verdict.name(), "a push service has not taken a push");
    }
    verdict
}
