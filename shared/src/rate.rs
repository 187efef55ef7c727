//! Rate limits: how often one user, one account or one address may do a thing.
//!
//! Each statement of a limited endpoint takes from its limit itself, with the SQL function `take_from_limit`, so that a
//! limit costs no round trip and holds exactly however many environments serve at once (docs/decisions/0014).

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::app::{App, Misconfigured};
use crate::audit::{Entry, Event, Origin};
use crate::crypto::{Context, Purpose, fingerprint};
use crate::http::{Allowance, Caller, Problem};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Registrations from one address.
    Register,
    /// Log-ins to one account from one address.
    LoginAccount,
    /// Log-ins from one address.
    LoginAddress,
    /// Refreshes of one session.
    Refresh,
    /// Checks of one's own password.
    Password,
    /// Messages of one user.
    Send,
    /// Searches of one user.
    Search,
    /// Tickets for WebSockets of one user.
    Tickets,
    /// What one user tells of their typing.
    Typing,
    /// Frames that one session sends over its WebSockets.
    Frames,
    /// Uploads of one user.
    Upload,
    /// Bytes of one user's uploads.
    UploadBytes,
}

impl Limited {
    /// Everything that is limited.
    pub const ALL: [Self; 12] = [
        Self::Register,
        Self::LoginAccount,
        Self::LoginAddress,
        Self::Refresh,
        Self::Password,
        Self::Send,
        Self::Search,
        Self::Tickets,
        Self::Typing,
        Self::Frames,
        Self::Upload,
        Self::UploadBytes,
    ];

    /// The name in settings, in `GET /v1/limits` and in the audit log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::LoginAccount => "login_account",
            Self::LoginAddress => "login_address",
            Self::Refresh => "refresh",
            Self::Password => "password",
            Self::Send => "send",
            Self::Search => "search",
            Self::Tickets => "tickets",
            Self::Typing => "typing",
            Self::Frames => "frames",
            Self::Upload => "upload",
            Self::UploadBytes => "upload_bytes",
        }
    }

    fn default_rate(self) -> Rate {
        let (burst, seconds) = match self {
            Self::Register => (5, 720.0),
            Self::LoginAccount | Self::Password => (5, 60.0),
            Self::LoginAddress => (30, 10.0),
            Self::Refresh => (10, 10.0),
            Self::Send => (30, 0.1),
            Self::Search => (30, 1.0),
            Self::Tickets | Self::Upload => (60, 60.0),
            Self::Typing => (20, 1.0),
            Self::Frames => (60, 0.1),
            // 1 GiB, and as much in a day: one byte in 80.5 microseconds, of which there are only whole ones.
            Self::UploadBytes => (1 << 30, 0.000_081),
        };
        Rate { burst, period: Duration::from_secs_f64(seconds) }
    }
}

/// So many at once, and one more each time the period has passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many at once; never 0.
    pub burst: u32,
    /// How long until one more; never zero.
    pub period: Duration,
}

impl Rate {
    /// `30/0.1`: 30 at once, then one each 0.1 seconds.
    fn parse(text: &str) -> Option<Self> {
        let (burst, seconds) = text.split_once('/')?;
        let rate = Self {
            burst: burst.parse().ok().filter(|burst| (1..=i32::MAX.unsigned_abs()).contains(burst))?,
            period: Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?,
        };
        (Duration::from_micros(1)..=Duration::from_hours(24)).contains(&rate.period).then_some(rate)
    }

    /// The period as the SQL function takes it.
    #[must_use]
    pub fn period_us(self) -> i64 {
        i64::try_from(self.period.as_micros()).unwrap_or(i64::MAX)
    }

    /// The burst as the SQL function takes it.
    #[must_use]
    pub fn burst(self) -> i32 {
        i32::try_from(self.burst).unwrap_or(i32::MAX)
    }

    /// What is left after taking, by how far the due time is ahead.
    fn allowance(self, ahead: Duration) -> Allowance {
        let used =
            u32::try_from(ahead.as_nanos().div_ceil(self.period.as_nanos().max(1))).unwrap_or(u32::MAX);
        Allowance {
            limit: self.burst,
            remaining: self.burst.saturating_sub(used),
            reset_s: ahead.as_secs() + u64::from(ahead.subsec_nanos() > 0),
        }
    }

    /// How long to wait when the due time would be this far ahead: whole seconds, at least one.
    fn retry_after_s(self, ahead: Duration) -> u64 {
        let wait = ahead.saturating_sub(self.period * self.burst);
        (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
    }
}

/// Every limit of a deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimits([Rate; Limited::ALL.len()]);

impl Default for RateLimits {
    fn default() -> Self {
        Self(Limited::ALL.map(Limited::default_rate))
    }
}

impl RateLimits {
    /// The defaults but for what is named: `send=30/0.1,login_account=5/60`.
    ///
    /// # Errors
    /// [`Misconfigured::RateLimits`] for a name that is none, or no rate.
    pub fn parse(text: &str) -> Result<Self, Misconfigured> {
        let mut limits = Self::default();
        for setting in text.split(',').map(str::trim).filter(|setting| !setting.is_empty()) {
            let rate = setting.split_once('=').and_then(|(name, rate)| {
                let limited = Limited::ALL.into_iter().find(|limited| limited.name() == name)?;
                Some((limited, Rate::parse(rate)?))
            });
            let (limited, rate) = rate.ok_or_else(|| Misconfigured::RateLimits(setting.to_owned()))?;
            limits.set(limited, rate);
        }
        Ok(limits)
    }

    /// The rate of one thing.
    #[must_use]
    pub fn of(&self, limited: Limited) -> Rate {
        self.0[limited as usize]
    }

    /// Gives one thing another rate.
    pub fn set(&mut self, limited: Limited, rate: Rate) {
        self.0[limited as usize] = rate;
    }
}

/// What `take_from_limit` answers.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// Whether it was granted.
    pub allowed: bool,
    /// How far the due time now is ahead, or would be, in microseconds.
    pub ahead_us: i64,
    /// A refusal that is to be recorded: the first for a minute.
    pub newly_refused: bool,
}

impl App {
    /// The key of what one address does, or one address to one account: a keyed hash, since both are personal data. All addresses of
    /// an IPv6 network of 64 bits count as one: that is the least that one subscriber is given (RFC 6177, 2).
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the credentials key is not to be had now.
    pub async fn limit_of_address(&self, limited: Limited, account: &str) -> Result<Vec<u8>, Problem> {
        let key = self.active_key(Purpose::Credentials).await?;
        let address = Origin::current().address.unwrap_or_default();
        let context = Context::RateLimit { limited: limited.name(), account };
        Ok(fingerprint(&key.key, &context, network(address).as_bytes()).to_vec())
    }

    /// Lets a request pass that was granted what it took, and notes what is left for the answer's headers.
    ///
    /// # Errors
    /// [`Problem::RateLimited`] when it was not granted; the first such for a minute is recorded.
    pub async fn admit(
        &self,
        limited: Limited,
        taken: Taken,
        actor: Option<Caller>,
        subject: Option<(&'static str, Uuid)>,
    ) -> Result<(), Problem> {
        self.admit_many(limited, 1, taken, actor, subject).await
    }

    /// [`Self::admit`] for what took more than one.
    ///
    /// # Errors
    /// As there.
    pub async fn admit_many(
        &self,
        limited: Limited,
        cost: u32,
        taken: Taken,
        actor: Option<Caller>,
        subject: Option<(&'static str, Uuid)>,
    ) -> Result<(), Problem> {
        let rate = self.rate_limits.of(limited);
        let ahead = Duration::from_micros(u64::try_from(taken.ahead_us).unwrap_or_default());
        if taken.allowed {
            rate.allowance(ahead).note();
            return Ok(());
        }
        if taken.newly_refused {
            let detail = json!({"limit": limited.name()});
            self.record(vec![Entry { event: Event::LimitExceeded, actor, subject, detail }]).await;
        }
        // A refusal took nothing: what is ahead without it is so many periods less.
        rate.allowance(ahead.saturating_sub(rate.period * cost)).note();
        Err(Problem::RateLimited { max: rate.burst, retry_after_s: rate.retry_after_s(ahead) })
    }
}

/// What of an address names one subscriber: of IPv6 the network, of IPv4 the whole, also where it is written as IPv6.
fn network(address: String) -> String {
    let Ok(IpAddr::V6(whole)) = address.parse() else { return address };
    if let Some(address) = whole.to_ipv4_mapped() {
        return address.to_string();
    }
    let [a, b, c, d, ..] = whole.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Limited, Rate, RateLimits, network};

    #[test]
    fn only_what_is_named_differs_from_the_defaults() {
        let limits = RateLimits::parse("send=7/0.5, login_account=1/60").unwrap();
        assert_eq!(limits.of(Limited::Send), Rate { burst: 7, period: Duration::from_millis(500) });
        assert_eq!(limits.of(Limited::LoginAccount).burst, 1);
        assert_eq!(limits.of(Limited::Register), RateLimits::default().of(Limited::Register));
        assert_eq!(RateLimits::parse("").unwrap(), RateLimits::default());
    }

    #[test]
    fn a_setting_without_sense_is_refused() {
        for text in [
            "send",
            "send=",
            "send=5",
            "send=0/1",
            "send=5/0",
            "send=5/-1",
            "sends=5/1",
            "send=5/1e9",
            "send=x/1",
        ] {
            assert!(RateLimits::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_left_and_how_long_to_wait_follow_from_the_due_time() {
        let rate = Rate { burst: 5, period: Duration::from_mins(1) };
        let left = |seconds| rate.allowance(Duration::from_secs(seconds)).remaining;
        assert_eq!([left(0), left(60), left(299), left(300)], [5, 4, 0, 0]);
        assert_eq!(rate.retry_after_s(Duration::from_secs(359)), 59);
        assert_eq!(rate.retry_after_s(Duration::from_millis(300_001)), 1);
    }

    #[test]
    fn an_ipv6_address_counts_as_its_network() {
        for (address, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:DB8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("::1", "::"),
            ("", ""),
            ("no address", "no address"),
        ] {
            assert_eq!(network(address.to_owned()), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn what_is_left_is_never_more_than_the_burst(burst in 1u32..1_000_000, period in 1u64..86_400_000_000, ahead in 0u64..i64::MAX as u64) {
            let rate = Rate { burst, period: Duration::from_micros(period) };
            prop_assert!(rate.allowance(Duration::from_micros(ahead)).remaining <= burst);
            prop_assert!(rate.retry_after_s(Duration::from_micros(ahead)) >= 1);
        }
    }
}
