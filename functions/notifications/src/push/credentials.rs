//! What providers know the deployment by: one secret of AWS Secrets Manager, written by whoever deploys.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Region};
use serde::Deserialize;
use shared::app::{Misconfigured, optional};
use shared::aws::{AwsAccess, http_client};
use shared::worker::TaskFailure;
use shared::{App, crypto::BoxFuture};
use tokio::sync::Mutex;

use super::{BadCredentials, Providers, Settings};

/// What was read is good for so long: a new key is used without a deployment.
const FRESH: Duration = Duration::from_mins(5);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);

/// The secret's JSON: a part for each platform that is set up.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// For APNs.
    pub apns: Option<ApnsCredentials>,
    /// For FCM: the JSON file of a service account, as Google gives it.
    pub fcm: Option<FcmCredentials>,
    /// For browsers.
    pub web: Option<WebCredentials>,
}

impl Credentials {
    /// Reads the secret.
    ///
    /// # Errors
    /// That it is not of this form. What is in it is not shown.
    pub fn parse(text: &str) -> Result<Self, BadCredentials> {
        serde_json::from_str(text)
            .map_err(|_| BadCredentials("the secret is not of the form in docs/push.md"))
    }
}

/// A key of Apple's developer account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApnsCredentials {
    /// Ten letters and digits.
    pub team_id: String,
    /// Ten letters and digits.
    pub key_id: String,
    /// The content of the `.p8` file.
    pub private_key: String,
    /// The app's bundle identifier, for devices that name none.
    pub topic: String,
}

/// What is used of a service account's file.
#[derive(Deserialize)]
pub struct FcmCredentials {
    /// The project.
    pub project_id: String,
    /// Who signs.
    pub client_email: String,
    /// With what, in PEM.
    pub private_key: String,
    /// Where tokens are given.
    pub token_uri: String,
}

/// What browsers' push services know the deployment by (RFC 8292).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebCredentials {
    /// `mailto:` or `https:`, for the operators of push services.
    pub subject: String,
    /// The number on P-256, base64url; the parameter `WebPushKey` is its public half.
    pub private_key: String,
}

/// Where the secret is kept.
pub trait Secret: Send + Sync {
    /// What it says; `None` where none is set up.
    fn read(&self) -> BoxFuture<'_, Result<Option<String>, TaskFailure>>;
}

/// A secret in AWS Secrets Manager.
pub struct AwsSecret {
    access: AwsAccess,
    /// Its name or ARN.
    id: Option<String>,
    client: OnceLock<Client>,
}

impl AwsSecret {
    /// The secret that `PUSH_CREDENTIALS` names.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        let access = AwsAccess::from_environment()?;
        Ok(Self { access, id: optional("PUSH_CREDENTIALS"), client: OnceLock::new() })
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts = TimeoutConfig::builder().operation_timeout(OPERATION_TIMEOUT).build();
            let mut config = aws_sdk_secretsmanager::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(self.access.region.clone()))
                .credentials_provider(self.access.credentials.clone())
                .timeout_config(timeouts)
                .retry_config(RetryConfig::standard().with_max_attempts(2))
                .http_client(http_client());
            config.set_endpoint_url(self.access.endpoint_url.clone());
            config.set_use_dual_stack(self.access.dual_stack());
            Client::from_conf(config.build())
        })
    }
}

impl Secret for AwsSecret {
    fn read(&self) -> BoxFuture<'_, Result<Option<String>, TaskFailure>> {
        Box::pin(async move {
            let Some(id) = &self.id else { return Ok(None) };
            let value = self.client().get_secret_value().secret_id(id).send().await;
            let value = value.map_err(|failure| {
                let failure = aws_sdk_secretsmanager::error::DisplayErrorContext(failure);
                TaskFailure::Retry(format!("the push credentials could not be read: {failure}"))
            })?;
            Ok(Some(value.secret_string().unwrap_or_default().to_owned()))
        })
    }
}

/// Everybody who tells devices, with credentials that were read a moment ago.
pub struct Office<S> {
    settings: Settings,
    secret: S,
    open: Mutex<Option<Open>>,
}

/// What was read, and when.
struct Open {
    read_at: Duration,
    secret: Option<String>,
    providers: Arc<Providers>,
}

impl<S: Secret> Office<S> {
    /// One that has read nothing yet.
    pub fn new(settings: Settings, secret: S) -> Self {
        Self { settings, secret, open: Mutex::default() }
    }

    /// What whoever deploys decides.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The providers.
    ///
    /// # Errors
    /// [`TaskFailure::Retry`] while the credentials cannot be read, or are not good: somebody will mend them.
    pub async fn providers(&self, app: &App) -> Result<Arc<Providers>, TaskFailure> {
        let now = app.clock.monotonic();
        let mut open = self.open.lock().await;
        if let Some(known) = &*open
            && now.saturating_sub(known.read_at) < FRESH
        {
            return Ok(Arc::clone(&known.providers));
        }
        let secret = self.secret.read().await?;
        let providers = match &*open {
            // Their tokens stay: Apple refuses whoever makes new ones every few minutes.
            Some(known) if known.secret == secret => Arc::clone(&known.providers),
            _ => {
                let credentials =
                    secret.as_deref().map_or_else(|| Ok(Credentials::default()), Credentials::parse);
                let providers = credentials.and_then(|known| Providers::new(&self.settings, known));
                Arc::new(providers.map_err(|failure| TaskFailure::Retry(failure.to_string()))?)
            }
        };
        *open = Some(Open { read_at: now, secret, providers: Arc::clone(&providers) });
        Ok(providers)
    }
}
