//! What every handler is given: the database, the keys, and the edge (clock, randomness).

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::aws::AwsAccess;
use crate::clock::{Clock, SystemClock};
use crate::crypto::{AwsKms, KeyCache, Kms};
use crate::database::{Database, DatabaseFailure};
use crate::id::new_uuid;
use crate::keys::kms_key_setting;
use crate::media::MediaLinks;
use crate::outbox::Events;
use crate::queue::AwsQueue;
use crate::random::{Random, RandomFailure, SystemRandom};
use crate::rate::RateLimits;
use crate::remembered::{ActiveKeys, EpochHints, SearchHints, Undecryptable};
use crate::usage::{CountedKms, KeyUsage};

/// Where the queue `events` is.
const EVENTS_QUEUE_URL: &str = "EVENTS_QUEUE_URL";

/// One environment's state: opened lazily, kept between requests.
pub struct App {
    /// The one connection to Postgres.
    pub database: Arc<Database>,
    /// The keyring keys unwrapped so far.
    pub key_cache: KeyCache,
    /// Which keyring keys seal new things.
    pub active_keys: ActiveKeys,
    /// The sealed epoch keys that this process has lately sent under.
    pub epoch_hints: EpochHints,
    /// The sealed epoch keys of the conversations that this process has lately searched.
    pub search_hints: SearchHints,
    /// The key service.
    pub kms: Arc<dyn Kms>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// How often callers may ask.
    pub rate_limits: RateLimits,
    /// What signs links to files; `None` in a function that gives out none.
    pub media_links: Option<MediaLinks>,
    /// How much each keyring key was used here.
    pub key_usage: Arc<KeyUsage>,
    /// What was recorded of things that do not open.
    pub(crate) undecryptable: Undecryptable,
    /// Names this environment where several keep sums of their own.
    environment: OnceLock<Uuid>,
    /// Where events are told; `None` in a function that writes none.
    pub events: Option<Events>,
}

/// An environment variable that is missing or has no sense.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// It must be set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// `AUTH_MODE` is neither `token` nor `header`.
    #[error("AUTH_MODE must be token or header")]
    AuthMode,
    /// Trusting a header is for trusted networks and trials.
    #[error("AUTH_MODE=header is refused for the stage prod")]
    HeaderInProd,
    /// `RATE_LIMITS` holds something that is no limit.
    #[error("RATE_LIMITS must be like `send=30/0.1,login_account=5/60`, and not `{0}`")]
    RateLimits(String),
    /// `WORKER_QUEUES` does not name queues.
    #[error("WORKER_QUEUES must be like `events=URL|URL of its dead letters`, with commas between")]
    WorkerQueues,
    /// `DATABASE_URL` is no Postgres URL. The URL itself is not shown: it holds a password.
    #[error("DATABASE_URL is not a Postgres URL")]
    DatabaseUrl(#[source] DatabaseFailure),
    /// `DATABASE_AUTH` is neither `password` nor `iam`.
    #[error("DATABASE_AUTH must be password or iam")]
    DatabaseAuth,
    /// `DATABASE_CONNECT_SECONDS` is no number of seconds that makes sense.
    #[error("DATABASE_CONNECT_SECONDS must be a whole number from 1 to 60")]
    DatabaseConnectSeconds,
}

/// What says who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// An access token.
    Token,
    /// `X-User-ID`, taken at its word: for a network where nobody but trusted servers can call.
    Header,
}

impl AuthMode {
    /// What `AUTH_MODE` says, `token` unless set.
    ///
    /// # Errors
    /// [`Misconfigured::HeaderInProd`] when the stage named `prod` is to trust a header.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        Self::of(optional("AUTH_MODE").as_deref(), optional("STAGE").as_deref())
    }

    fn of(mode: Option<&str>, stage: Option<&str>) -> Result<Self, Misconfigured> {
        match (mode, stage) {
            (None | Some("token"), _) => Ok(Self::Token),
            (Some("header"), Some("prod")) => Err(Misconfigured::HeaderInProd),
            (Some("header"), _) => Ok(Self::Header),
            _ => Err(Misconfigured::AuthMode),
        }
    }
}

impl App {
    /// An app over these parts; tests fake them.
    #[must_use]
    pub fn new(
        database: Database,
        kms: Arc<dyn Kms>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let key_usage = Arc::new(KeyUsage::default());
        let kms: Arc<dyn Kms> = Arc::new(CountedKms::new(kms, Arc::clone(&clock), Arc::clone(&key_usage)));
        let key_cache = KeyCache::new(Arc::clone(&kms), Arc::clone(&clock), Arc::clone(&random));
        Self {
            database: Arc::new(database),
            key_cache,
            active_keys: ActiveKeys::default(),
            epoch_hints: EpochHints::default(),
            search_hints: SearchHints::default(),
            kms,
            clock,
            random,
            rate_limits: RateLimits::default(),
            media_links: None,
            key_usage,
            undecryptable: Undecryptable::default(),
            environment: OnceLock::new(),
            events: None,
        }
    }

    /// The app of a deployed function. Nothing is connected yet.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        let access = AwsAccess::from_environment()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let database = Database::from_environment(&access, &clock)?;
        let kms = AwsKms::new(access, |purpose| optional(kms_key_setting(purpose)));
        let mut app = Self::new(database, Arc::new(kms), clock, Arc::new(SystemRandom));
        app.rate_limits = RateLimits::parse(&optional("RATE_LIMITS").unwrap_or_default())?;
        app.media_links = MediaLinks::from_environment()?;
        if optional(EVENTS_QUEUE_URL).is_some() {
            app.events = Some(Events::to(Arc::new(AwsQueue::from_environment(EVENTS_QUEUE_URL)?)));
        }
        Ok(app)
    }

    /// This environment's name; `None` when there are no random bytes to make one.
    pub(crate) fn environment(&self) -> Option<Uuid> {
        if let Some(id) = self.environment.get() {
            return Some(*id);
        }
        let id = self.new_id().ok()?;
        Some(*self.environment.get_or_init(|| id))
    }

    /// A fresh time-ordered id.
    ///
    /// # Errors
    /// [`RandomFailure`] when there are no random bytes.
    pub fn new_id<T: From<Uuid>>(&self) -> Result<T, RandomFailure> {
        new_uuid(&*self.clock, &*self.random).map(T::from)
    }
}

/// A setting of one function's own, which must be there.
///
/// # Errors
/// [`Misconfigured::Missing`] when it is not.
pub fn setting(name: &'static str) -> Result<String, Misconfigured> {
    required(name)
}

/// An environment variable that must be set.
///
/// # Errors
/// [`Misconfigured::Missing`] when it is not, or empty.
pub fn required(name: &'static str) -> Result<String, Misconfigured> {
    optional(name).ok_or(Misconfigured::Missing(name))
}

/// An environment variable that is set and not empty.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{AuthMode, Misconfigured};

    #[test]
    fn a_header_is_never_trusted_in_prod_nor_by_accident() {
        for mode in [None, Some("token")] {
            assert_eq!(AuthMode::of(mode, Some("prod")).unwrap(), AuthMode::Token);
        }
        assert_eq!(AuthMode::of(Some("header"), Some("dev")).unwrap(), AuthMode::Header);
        assert!(matches!(AuthMode::of(Some("header"), Some("prod")), Err(Misconfigured::HeaderInProd)));
        for mode in ["Header", "headers", "none"] {
            assert!(matches!(AuthMode::of(Some(mode), Some("dev")), Err(Misconfigured::AuthMode)));
        }
    }
}
