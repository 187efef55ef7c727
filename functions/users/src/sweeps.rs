//! Sweeps that follow use: where the scheduled ones are seldom, so that the database may sleep, they run when somebody was there
//! (docs/decisions/0068).
//!
//! Time is divided into slots. Whoever is seen in one has each sweep planned, once, for soon after its end, with a schedule of
//! `EventBridge` that is gone when it has run: <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html>.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::config::retry::RetryConfig;
use aws_sdk_scheduler::config::timeout::TimeoutConfig;
use aws_sdk_scheduler::config::{BehaviorVersion, Region};
use aws_sdk_scheduler::error::DisplayErrorContext;
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target,
};
use shared::App;
use shared::app::{Misconfigured, optional, setting};
use shared::aws::{AwsAccess, http_client};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// A slot, in seconds. With `AFTER` it is less than the database stays awake after its last user, so that it is woken once.
const SLOT: i64 = 180;
/// How long after the end of a slot its sweeps run. The scheduler is exact to the minute.
const AFTER: i64 = 60;
/// One call in a network; each is made once a slot.
const TIMEOUT: Duration = Duration::from_secs(1);

const PLANNED_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// Plans the sweeps of a deployment whose own schedules are seldom.
pub struct Sweeps {
    access: AwsAccess,
    /// The functions that sweep.
    functions: Vec<String>,
    /// As whom the scheduler invokes them.
    role: String,
    /// The group of the planned schedules.
    group: String,
    client: OnceLock<Client>,
    /// The latest slot whose sweeps are planned, as far as this environment knows.
    planned: AtomicI64,
}

/// A sweep could not be planned.
#[derive(Debug, thiserror::Error)]
#[error("a sweep was not planned: {0}")]
pub struct NotPlanned(String);

impl Sweeps {
    /// What the environment says; none where the scheduled sweeps are enough.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Option<Self>, Misconfigured> {
        let Some(functions) = optional("SWEEPS").filter(|functions| !functions.is_empty()) else {
            return Ok(None);
        };
        let functions = functions.split(',').map(str::to_owned).collect();
        let (role, group) = (setting("SWEEPS_ROLE_ARN")?, setting("SWEEPS_GROUP")?);
        Ok(Some(Self::new(AwsAccess::from_environment()?, functions, role, group)))
    }

    /// Sweeps by these functions.
    #[must_use]
    pub fn new(access: AwsAccess, functions: Vec<String>, role: String, group: String) -> Self {
        let planned = AtomicI64::new(i64::MIN);
        Self { access, functions, role, group, client: OnceLock::new(), planned }
    }

    /// Has the sweeps run soon after now, unless that is planned already.
    ///
    /// # Errors
    /// The scheduler did not take one. It is tried again when somebody is seen next.
    pub async fn plan(&self, now: OffsetDateTime) -> Result<(), NotPlanned> {
        let (slot, at) = slot(now);
        if self.planned.load(Ordering::Relaxed) == slot {
            return Ok(());
        }
        for (place, function) in self.functions.iter().enumerate() {
            self.plan_one(&format!("sweep-{slot}-{place}"), at, function).await?;
        }
        self.planned.store(slot, Ordering::Relaxed);
        Ok(())
    }

    async fn plan_one(&self, name: &str, at: OffsetDateTime, function: &str) -> Result<(), NotPlanned> {
        let failed = |failure: &dyn std::error::Error| NotPlanned(DisplayErrorContext(failure).to_string());
        let target = Target::builder().arn(function).role_arn(&self.role);
        // The next run does what one has missed.
        let target = target.retry_policy(RetryPolicy::builder().maximum_retry_attempts(0).build()).build();
        let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
        let planned = self
            .client()
            .create_schedule()
            .name(name)
            .group_name(&self.group)
            .schedule_expression(format!("at({})", at.format(PLANNED_TIME).unwrap_or_default()))
            .flexible_time_window(window.map_err(|failure| failed(&failure))?)
            .target(target.map_err(|failure| failed(&failure))?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .send()
            .await;
        match planned {
            Ok(_) => Ok(()),
            // Another environment was quicker.
            Err(failure)
                if failure.as_service_error().is_some_and(CreateScheduleError::is_conflict_exception) =>
            {
                Ok(())
            }
            Err(failure) => Err(failed(&failure)),
        }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let mut config = aws_sdk_scheduler::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(TimeoutConfig::builder().operation_timeout(TIMEOUT).build())
                .retry_config(RetryConfig::disabled())
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            config.set_use_dual_stack(self.access.dual_stack());
            Client::from_conf(config.build())
        })
    }
}

/// Plans sweeps where they follow use. What fails is logged and no more: the scheduled ones come all the same.
pub async fn follow(app: &App, sweeps: Option<&Sweeps>) {
    let Some(sweeps) = sweeps else { return };
    if let Err(failure) = sweeps.plan(app.clock.now()).await {
        tracing::warn!(%failure, "sweeps will be late");
    }
}

/// The slot of a time, and when its sweeps run: after everybody who is seen in it.
fn slot(now: OffsetDateTime) -> (i64, OffsetDateTime) {
    let slot = now.unix_timestamp().div_euclid(SLOT);
    let at = OffsetDateTime::from_unix_timestamp((slot + 1) * SLOT + AFTER).unwrap_or(now);
    (slot, at)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[test]
    fn sweeps_come_after_whoever_was_seen_and_before_the_database_sleeps() {
        let begin = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        for second in 0..400 {
            let now = begin + Duration::seconds(second);
            let (number, at) = slot(now);
            let wait = at - now;
            assert!(wait > Duration::seconds(AFTER) && wait <= Duration::seconds(AFTER + SLOT), "{wait}");
            // Five minutes without anybody, of which the scheduler may take one.
            assert!(wait + Duration::minutes(1) <= Duration::minutes(5), "{wait}");
            assert!(slot(at).0 > number);
        }
    }
}
