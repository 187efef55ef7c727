//! Where a device is told of messages: a provider's token, or a browser's subscription. Personal data: it is stored sealed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::http::{Invalid, Parse};

use crate::url::CallUrl;

/// Hexadecimal digits of an APNs token: 32 bytes today, more one day
/// (<https://developer.apple.com/documentation/usernotifications/registering-your-app-with-apns>).
const APNS_DIGITS: std::ops::RangeInclusive<usize> = 64..=200;
/// Characters of an FCM token: there is no promise, and 4 KB is what their messages may have.
const FCM_CHARS: usize = 4_096;

/// Through whom a device is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging.
    Fcm,
    /// Web Push (RFC 8030).
    Web,
}

impl Platform {
    /// Every platform there is.
    pub const ALL: [Self; 3] = [Self::Apns, Self::Fcm, Self::Web];

    /// The name in SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Apns => "apns",
            Self::Fcm => "fcm",
            Self::Web => "web",
        }
    }

    /// The platform of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.name() == name)
    }
}

impl Parse for Platform {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        Self::named(name).ok_or_else(|| Invalid::new("invalid_value", "must be apns, fcm or web"))
    }
}

/// Where exactly. Its JSON is what is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", rename_all = "snake_case")]
pub enum Target {
    /// An APNs device token, in small hexadecimal digits.
    Apns {
        /// The token.
        token: String,
    },
    /// An FCM registration token.
    Fcm {
        /// The token.
        token: String,
    },
    /// A browser's subscription.
    Web(Subscription),
}

impl Target {
    /// Its platform.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Self::Apns { .. } => Platform::Apns,
            Self::Fcm { .. } => Platform::Fcm,
            Self::Web(_) => Platform::Web,
        }
    }

    /// SHA-256 of what names the device to its provider. Random enough that nobody finds it by trying.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let name = match self {
            Self::Apns { token } | Self::Fcm { token } => token,
            Self::Web(subscription) => &subscription.endpoint,
        };
        let mut hash = Sha256::new();
        hash.update(self.platform().name());
        hash.update([0]);
        hash.update(name);
        hash.finalize().into()
    }
}

/// A token as its platform writes it.
pub struct Token(pub String);

impl Token {
    /// The target that this token is, for a platform with tokens.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(self, platform: Platform) -> Result<Target, Invalid> {
        let Self(token) = self;
        match platform {
            Platform::Apns => {
                let is_hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
                if !is_hex || !APNS_DIGITS.contains(&token.len()) || token.len() % 2 == 1 {
                    return Err(Invalid::new(
                        "invalid_format",
                        "must be a device token in hexadecimal digits",
                    ));
                }
                Ok(Target::Apns { token: token.to_ascii_lowercase() })
            }
            Platform::Fcm | Platform::Web => {
                if token.len() > FCM_CHARS {
                    return Err(Invalid::too_many("too_long", FCM_CHARS, "characters"));
                }
                let is_one =
                    token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:.%~".contains(&byte));
                if token.is_empty() || !is_one {
                    return Err(Invalid::new("invalid_format", "must be a registration token"));
                }
                Ok(Target::Fcm { token })
            }
        }
    }
}

impl Parse for Token {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        String::parse(value).map(Self)
    }
}

/// A browser's subscription, as `PushSubscription.toJSON()` writes it
/// (<https://www.w3.org/TR/push-api/#pushsubscription-interface>).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Where pushes go.
    pub endpoint: String,
    /// The browser's public key: an uncompressed point on P-256, base64url.
    pub p256dh: String,
    /// 16 secret bytes, base64url.
    pub auth: String,
}

impl Subscription {
    /// The endpoint.
    ///
    /// # Errors
    /// That it is none.
    pub fn url(&self) -> Result<CallUrl, Invalid> {
        CallUrl::of(&self.endpoint)
    }
}

impl Parse for Subscription {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let fields = value.as_object().ok_or_else(|| Invalid::wrong_type("an object"))?;
        let known = ["endpoint", "keys", "expirationTime"];
        if let Some(other) = fields.keys().find(|field| !known.contains(&field.as_str())) {
            let shown: String = other.chars().take(64).collect();
            let unknown = Invalid::new("unknown_field", "is not a field of a subscription");
            return Err(unknown.within(&format!(".{shown}")));
        }
        let endpoint = required(fields.get("endpoint"), ".endpoint")?;
        CallUrl::of(endpoint).map_err(|invalid| invalid.within(".endpoint"))?;
        let keys = fields.get("keys").and_then(Value::as_object);
        let keys = keys.ok_or_else(|| Invalid::wrong_type("an object").within(".keys"))?;
        let p256dh = required(keys.get("p256dh"), ".keys.p256dh")?;
        let auth = required(keys.get("auth"), ".keys.auth")?;
        let point = bytes(p256dh, ".keys.p256dh")?;
        if point.len() != 65 || point[0] != 4 {
            let wrong = Invalid::new("invalid_format", "must be an uncompressed point on P-256, base64url");
            return Err(wrong.within(".keys.p256dh"));
        }
        if bytes(auth, ".keys.auth")?.len() != 16 {
            return Err(Invalid::new("invalid_format", "must be 16 bytes, base64url").within(".keys.auth"));
        }
        // One spelling, whether the client padded or not.
        let plain = |text: &str| text.trim_end_matches('=').to_owned();
        Ok(Self { endpoint: endpoint.to_owned(), p256dh: plain(p256dh), auth: plain(auth) })
    }
}

fn required<'a>(value: Option<&'a Value>, place: &str) -> Result<&'a str, Invalid> {
    let value = value.ok_or_else(|| Invalid::new("required", "is required").within(place))?;
    value.as_str().ok_or_else(|| Invalid::wrong_type("a string").within(place))
}

fn bytes(text: &str, place: &str) -> Result<Vec<u8>, Invalid> {
    let decoded = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    decoded.map_err(|_| Invalid::new("invalid_format", "must be base64url").within(place))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use shared::http::Parse;

    use super::{Platform, Subscription, Target, Token};

    fn subscription() -> Value {
        let point: Vec<u8> = [4].into_iter().chain([7; 64]).collect();
        json!({"endpoint": "https://push.example.org/abc", "expirationTime": null,
               "keys": {"p256dh": URL_SAFE_NO_PAD.encode(point), "auth": URL_SAFE_NO_PAD.encode([1; 16])}})
    }

    #[test]
    fn a_subscription_is_read_as_browsers_write_it() {
        let read = Subscription::parse(&subscription()).unwrap();
        assert_eq!(read.endpoint, "https://push.example.org/abc");
        let wrong = |pointer: &str, value: Value| {
            let mut wrong = subscription();
            *wrong.pointer_mut(pointer).unwrap() = value;
            let field = Subscription::parse(&wrong).err().unwrap().into_error("subscription").field;
            field.strip_prefix("subscription").unwrap().to_owned()
        };
        assert_eq!(wrong("/endpoint", json!("nothing")), ".endpoint");
        assert_eq!(wrong("/endpoint", json!(7)), ".endpoint");
        assert_eq!(wrong("/keys", json!([])), ".keys");
        assert_eq!(wrong("/keys/p256dh", json!(URL_SAFE_NO_PAD.encode([4; 64]))), ".keys.p256dh");
        assert_eq!(wrong("/keys/p256dh", json!(URL_SAFE_NO_PAD.encode([2; 65]))), ".keys.p256dh");
        assert_eq!(wrong("/keys/auth", json!("a+b")), ".keys.auth");
        assert_eq!(wrong("/keys/auth", json!("AAAA")), ".keys.auth");
    }

    #[test]
    fn a_token_is_one_of_its_platform() {
        let apns = Token("AB".repeat(32)).of(Platform::Apns).unwrap();
        assert!(matches!(&apns, Target::Apns { token } if *token == "ab".repeat(32)));
        for bad in ["", "ab", &"xy".repeat(32), &"a".repeat(65)] {
            assert!(Token((*bad).to_owned()).of(Platform::Apns).is_err(), "{bad}");
        }
        assert!(Token("dQw4:APA91b-_".to_owned()).of(Platform::Fcm).is_ok());
        for bad in ["", "a b", "a/../b", &"a".repeat(4_097)] {
            assert!(Token((*bad).to_owned()).of(Platform::Fcm).is_err(), "{bad}");
        }
        let fcm = Token("ab".repeat(32)).of(Platform::Fcm).unwrap();
        assert_ne!(fcm.hash(), apns.hash(), "the same letters at another provider are another device");
    }

    proptest! {
        #[test]
        fn arbitrary_json_never_breaks_it(endpoint in ".{0,40}", p256dh in ".{0,100}", auth in ".{0,30}") {
            let _ = Subscription::parse(&json!({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}));
        }

        #[test]
        fn what_is_sealed_comes_back(token in "[a-f0-9]{64}") {
            let target = Target::Apns { token };
            let read: Target = serde_json::from_slice(&serde_json::to_vec(&target).unwrap()).unwrap();
            prop_assert!(read == target);
        }
    }
}
