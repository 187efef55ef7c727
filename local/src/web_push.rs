//! What the local stack tells browsers by: a key of its own, made once, in a secret of its emulator.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Failure;
use crate::aws::{ACCOUNT, REGION};
use crate::place::{Place, read_json, write_private};

/// The secret's name.
const SECRET: &str = "talkify/push";

/// A key on P-256 as Web Push writes it (RFC 8292).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct WebPushKey {
    /// The number, base64url.
    private: String,
    /// The point, base64url: what browsers are given.
    pub public: String,
}

impl WebPushKey {
    /// This place's key; makes it at the first call.
    pub fn of(place: &Place) -> Result<Self, Failure> {
        let path = place.file("web_push_key.json");
        if let Some(key) = read_json(&path) {
            return Ok(key);
        }
        let key = Self::generate().ok_or_else(|| Failure::Other("no key on P-256 can be made".to_owned()))?;
        let text = serde_json::to_vec(&key).map_err(|error| Failure::Other(error.to_string()))?;
        write_private(&path, &text)?;
        Ok(key)
    }

    fn generate() -> Option<Self> {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).ok()?;
        // RFC 5915: the number follows what names the curve, 32 bytes from the 36th on.
        let private = document.as_ref().get(36..68)?;
        Some(Self {
            private: URL_SAFE_NO_PAD.encode(private),
            public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        })
    }
}

/// The secret as the parameter `PushCredentials` names it.
pub fn secret_arn() -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{SECRET}")
}

/// Adds the secret to the template, which on AWS leaves it to whoever deploys.
pub fn hold_secret(template: &mut Value, key: &WebPushKey) {
    let credentials =
        json!({"web": {"subject": "mailto:nobody@example.org", "private_key": key.private}}).to_string();
    template["Resources"]["LocalPushCredentials"] = json!({
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Name": SECRET, "SecretString": credentials},
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_belongs_together() {
        let key = WebPushKey::generate().unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (private, public) = (decode(&key.private), decode(&key.public));
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        assert!(EcdsaKeyPair::from_private_key_and_public_key(kind, &private, &public, &random).is_ok());
        assert_ne!(WebPushKey::generate().unwrap(), key);
    }

    #[test]
    fn the_secret_is_named_as_the_parameter_names_it() {
        let mut template = json!({"Resources": {}});
        hold_secret(&mut template, &WebPushKey::generate().unwrap());
        let name =
            template["Resources"]["LocalPushCredentials"]["Properties"]["Name"].as_str().unwrap().to_owned();
        assert!(secret_arn().ends_with(&format!(":secret:{name}")));
    }
}
