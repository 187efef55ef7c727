//! Telling devices of messages: what they are told, and through whom.

mod apns;
pub mod credentials;
mod fcm;
mod jwt;
mod metrics;
mod web;
mod web_encryption;

use std::fmt;

use http::Uri;
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::App;
use shared::id::{ConversationId, MessageId, OutboxId, Seq};

use self::apns::Apns;
use self::credentials::Credentials;
use self::fcm::Fcm;
use self::web::Web;
use crate::outbound::CallFailure;
use crate::target::{Platform, Target};
use crate::url::LocalReceivers;

pub use self::metrics::Tally;

/// Seconds that a provider keeps a push for a device that is away.
pub const LIFETIME_S: u32 = 24 * 60 * 60;

/// What a device is told: ids and counts. What was written, its app reads by itself.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// `message.created`.
    pub r#type: &'static str,
    /// The event: the same for every device.
    pub event_id: OutboxId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Which message.
    pub message_id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Messages of the conversation that its user has not read.
    pub unread_count: i64,
    /// Whether the user is meant by name.
    pub mentioned: bool,
    /// The device's own locale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Who wrote it, where the deployment allows that to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
}

impl Notice {
    /// As JSON.
    fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        }
    }
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The provider has taken it.
    Sent,
    /// The provider does not know the device any more.
    Gone,
    /// The provider asks for another attempt, and has surely not taken this one.
    Retry,
    /// The provider does not take it, or nobody knows whether it has.
    Refused,
    /// Nothing is set up for the platform.
    Dropped,
}

impl Verdict {
    /// The name in `push_deliveries.state`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Gone => "gone",
            Self::Retry => "retry",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }

    /// Of a request that was not answered.
    fn of_failure(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Unreachable => Self::Retry,
            // It may have been taken; twice would be worse than never.
            CallFailure::Broken | CallFailure::TimedOut | CallFailure::NotPublic => Self::Refused,
        }
    }
}

/// What is wrong with the credentials. Never what they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the push credentials are not good: {0}")]
pub struct BadCredentials(pub &'static str);

/// What whoever deploys decides, beside the credentials.
#[derive(Clone)]
pub struct Settings {
    /// Where APNs is.
    pub apns_url: String,
    /// Where FCM is.
    pub fcm_url: String,
    /// The public key for browsers, base64url.
    pub web_push_key: Option<String>,
    /// Which platforms are told.
    pub platforms: Vec<Platform>,
    /// Whether this machine may be called.
    pub local: LocalReceivers,
    /// Whether devices are told who wrote.
    pub sender_names: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("platforms", &self.platforms).finish_non_exhaustive()
    }
}

/// Everybody who tells devices.
pub struct Providers {
    apns: Option<Apns>,
    fcm: Option<Fcm>,
    web: Option<Web>,
}

impl Providers {
    /// Those that are set up: a platform that is named but has no credentials is a fault of the deployment.
    ///
    /// # Errors
    /// What is wrong with the credentials.
    pub fn new(settings: &Settings, credentials: Credentials) -> Result<Self, BadCredentials> {
        let wanted = |platform| settings.platforms.contains(&platform);
        let apns = credentials.apns.map(|known| Apns::new(&settings.apns_url, known)).transpose()?;
        let fcm = credentials.fcm.map(|known| Fcm::new(&settings.fcm_url, known)).transpose()?;
        let key = settings.web_push_key.as_deref();
        let web =
            credentials.web.zip(key).map(|(known, key)| Web::new(settings.local, known, key)).transpose()?;
        let this = Self { apns, fcm, web };
        let missing = Platform::ALL.into_iter().find(|platform| wanted(*platform) && !this.has(*platform));
        match missing {
            Some(Platform::Apns) => Err(BadCredentials("there are none for apns")),
            Some(Platform::Fcm) => Err(BadCredentials("there are none for fcm")),
            Some(Platform::Web) => Err(BadCredentials("there are none for web")),
            None => Ok(Self {
                apns: this.apns.filter(|_| wanted(Platform::Apns)),
                fcm: this.fcm.filter(|_| wanted(Platform::Fcm)),
                web: this.web.filter(|_| wanted(Platform::Web)),
            }),
        }
    }

    fn has(&self, platform: Platform) -> bool {
        match platform {
            Platform::Apns => self.apns.is_some(),
            Platform::Fcm => self.fcm.is_some(),
            Platform::Web => self.web.is_some(),
        }
    }

    /// Tells a device.
    pub async fn tell(&self, app: &App, target: &Target, app_id: Option<&str>, notice: &Notice) -> Verdict {
        match (target, &self.apns, &self.fcm, &self.web) {
            (Target::Apns { token }, Some(apns), ..) => apns.tell(app, token, app_id, notice).await,
            (Target::Fcm { token }, _, Some(fcm), _) => fcm.tell(app, token, notice).await,
            (Target::Web(subscription), .., Some(web)) => web.tell(app, subscription, notice).await,
            _ => Verdict::Dropped,
        }
    }
}

/// The request of a provider's API at this URL, if it is one.
fn post(url: &str) -> Option<http::request::Builder> {
    let uri: Uri = url.parse().ok()?;
    Some(http::Request::post(uri))
}

type Request = http::Request<Full<Bytes>>;
