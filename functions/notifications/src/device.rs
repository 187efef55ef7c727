//! A device as its user sees it, and what is stored of it.

use serde::Serialize;
use serde_json::Value;
use shared::clock::Timestamp;
use shared::crypto::{Context, OpenFailure, Purpose, open, seal};
use shared::http::{Invalid, Parse};
use shared::id::{DeviceId, KeyringId, UserId};
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::target::{Platform, Target};

/// A device. Its token is nobody's business, not even its user's: they know it.
#[derive(Serialize)]
pub struct Device {
    id: DeviceId,
    /// `apns`, `fcm` or `web`.
    platform: String,
    app_id: Option<String>,
    locale: Option<String>,
    /// Whether it belongs to the session that asks.
    current: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The columns, if there is one.
pub struct Row {
    pub session_live: bool,
    pub id: Option<Uuid>,
    pub platform: Option<String>,
    pub app_id: Option<String>,
    pub locale: Option<String>,
    pub current: Option<bool>,
    pub created_at: Option<OffsetDateTime>,
    pub updated_at: Option<OffsetDateTime>,
}

impl Row {
    /// The device of this row, if it holds one.
    pub fn into_device(self) -> Option<Device> {
        Some(Device {
            id: self.id?.into(),
            platform: self.platform?,
            app_id: self.app_id,
            locale: self.locale,
            current: self.current?,
            created_at: self.created_at?.into(),
            updated_at: self.updated_at?.into(),
        })
    }
}

/// The app that a token belongs to, such as `org.example.chat`: for APNs the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppId(pub String);

impl Parse for AppId {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        // Apple's limit of a bundle identifier.
        if text.len() > 155 {
            return Err(Invalid::too_many("too_long", 155, "characters"));
        }
        let is_one = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if text.is_empty() || !is_one {
            return Err(Invalid::new(
                "invalid_format",
                "must be of letters, digits, hyphens, dots and underscores",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A language tag of BCP 47, such as `de-AT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale(pub String);

impl Parse for Locale {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        // RFC 5646, 4.4.1, recommends room for 35.
        if text.len() > 35 {
            return Err(Invalid::too_many("too_long", 35, "characters"));
        }
        let is_subtag = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !text.split('-').all(is_subtag) {
            return Err(Invalid::new("invalid_format", "must be a language tag such as de-AT"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A target sealed, and under which content K1.
pub struct SealedTarget {
    /// The key's row.
    pub keyring: KeyringId,
    /// The sealed JSON.
    pub sealed: Vec<u8>,
}

/// Seals where a device is told.
///
/// # Errors
/// [`Problem::Unavailable`] when no content key is to be had now.
pub async fn seal_target(
    app: &App,
    user: UserId,
    device: DeviceId,
    target: &Target,
) -> Result<SealedTarget, Problem> {
    let key = app.active_key(Purpose::Content).await?;
    let context = Context::Device { device, user, platform: target.platform().name() };
    let plain = serde_json::to_vec(target).map_err(|failure| Problem::Internal(failure.to_string()))?;
    Ok(SealedTarget { keyring: key.id, sealed: seal(&*app.random, &key.key, &context, &plain)? })
}

/// Opens it again. The inner error is about this device alone: what is stored of it does not open.
///
/// # Errors
/// [`Problem::Unavailable`] when its key is not to be had now.
pub async fn open_target(
    app: &App,
    user: UserId,
    device: DeviceId,
    platform: Platform,
    sealed: &SealedTarget,
) -> Result<Result<Target, OpenFailure>, Problem> {
    let Some(key) = app.keyring_key(sealed.keyring, &[Purpose::Content]).await? else {
        return Ok(Err(OpenFailure::KeyMissing));
    };
    let context = Context::Device { device, user, platform: platform.name() };
    let opened = open(&key, &context, &sealed.sealed);
    Ok(opened.and_then(|plain| serde_json::from_slice(&plain).map_err(|_| OpenFailure::Format)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::http::Parse;

    use super::{AppId, Locale};

    #[test]
    fn tags_and_apps_have_their_form() {
        for good in ["de", "de-AT", "zh-Hant-HK", "x-klingon"] {
            assert!(Locale::parse(&json!(good)).is_ok(), "{good}");
        }
        for bad in ["", "-", "de_AT", "de-", "überdeutsch", &"a-".repeat(18)] {
            assert!(Locale::parse(&json!(bad)).is_err(), "{bad}");
        }
        assert!(AppId::parse(&json!("org.example.chat")).is_ok());
        for bad in ["", "org example", "a/b", &"a".repeat(156)] {
            assert!(AppId::parse(&json!(bad)).is_err(), "{bad}");
        }
    }
}
