//! What deliveries are signed with, as Standard Webhooks has it
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::crypto::{Context, OpenFailure, Purpose, open, seal};
use shared::id::{KeyringId, SecretId, WebhookId};
use shared::random::bytes;
use shared::{App, Problem};

/// What a secret begins with as its receiver keeps it.
const PREFIX: &str = "whsec_";
/// Bytes of a secret: from 24 to 64 by the specification.
const BYTES: usize = 32;

/// A new secret.
pub struct NewSecret {
    /// Its id, to which the sealing is bound.
    pub id: SecretId,
    /// As its receiver is told, once.
    pub told: String,
    /// The content K1 it is sealed under.
    pub keyring: KeyringId,
    /// As it is stored.
    pub sealed: Vec<u8>,
}

impl NewSecret {
    /// Makes one.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no content key is to be had now.
    pub async fn make(app: &App, webhook: WebhookId) -> Result<Self, Problem> {
        let key = app.active_key(Purpose::Content).await?;
        let id: SecretId = app.new_id()?;
        let secret = bytes::<BYTES>(&*app.random)?;
        let sealed =
            seal(&*app.random, &key.key, &Context::WebhookSecret { webhook, secret: id }, secret.as_slice())?;
        let told = format!("{PREFIX}{}", STANDARD.encode(secret.as_slice()));
        Ok(Self { id, told, keyring: key.id, sealed })
    }
}

/// A secret as it is stored.
pub struct SealedSecret {
    /// Its id.
    pub id: SecretId,
    /// The content K1 it is sealed under.
    pub keyring: KeyringId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

impl SealedSecret {
    /// The signature of a delivery: HMAC-SHA-256 over its id, its time in seconds since 1970 and its body.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when its key is not to be had now. The inner error: it does not open.
    pub async fn sign(
        &self,
        app: &App,
        webhook: WebhookId,
        id: &str,
        seconds: i64,
        body: &[u8],
    ) -> Result<Result<String, OpenFailure>, Problem> {
        let Some(key) = app.keyring_key(self.keyring, &[Purpose::Content]).await? else {
            return Ok(Err(OpenFailure::KeyMissing));
        };
        let context = Context::WebhookSecret { webhook, secret: self.id };
        let opened = open(&key, &context, &self.sealed);
        Ok(opened.and_then(|secret| signature(&secret, id, seconds, body).ok_or(OpenFailure::Format)))
    }
}

/// `v1,` and the code in Base64.
fn signature(secret: &[u8], id: &str, seconds: i64, body: &[u8]) -> Option<String> {
    // HMAC takes keys of every length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::signature;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }
}
