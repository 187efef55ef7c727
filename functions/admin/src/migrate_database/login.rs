//! The role that the functions log in as by IAM (docs/decisions/0064). The cluster's master user makes it, whose password RDS
//! makes, rotates and keeps in AWS Secrets Manager; nothing else here ever knows it.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use serde::Deserialize;
use shared::app::Misconfigured;
use shared::aws::{AwsAccess, http_client};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// Names the ARN of the master user's secret, where there is a role to be made.
pub const MASTER_SECRET: &str = "DATABASE_MASTER_SECRET";
const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the role is not there.
#[derive(Debug, thiserror::Error)]
pub enum LoginFailure {
    /// A setting is missing.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// The secret could not be read.
    #[error("the secret of the database's master user could not be read: {0}")]
    Unreadable(String),
    /// It is not what RDS writes. It is not shown.
    #[error("the secret of the database's master user holds no username and password")]
    Unfit,
    /// Postgres is not there or refused.
    #[error("making the role of the functions: {0}")]
    Database(#[from] sqlx::Error),
}

/// What RDS writes into it:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html>.
#[derive(Deserialize)]
struct Master {
    username: String,
    password: String,
}

/// The same database, as its master user.
pub async fn master(secret: &str, database: PgConnectOptions) -> Result<PgConnectOptions, LoginFailure> {
    let access = AwsAccess::from_environment()?;
    let mut config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .credentials_provider(access.credentials.clone())
        .timeout_config(TimeoutConfig::builder().operation_timeout(OPERATION_TIMEOUT).build())
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .http_client(http_client());
    config.set_endpoint_url(access.endpoint_url.clone());
    config.set_use_dual_stack(access.dual_stack());
    let value = Client::from_conf(config.build()).get_secret_value().secret_id(secret).send().await;
    let value =
        value.map_err(|failure| LoginFailure::Unreadable(DisplayErrorContext(failure).to_string()))?;
    let master: Master =
        serde_json::from_str(value.secret_string().unwrap_or_default()).map_err(|_| LoginFailure::Unfit)?;
    Ok(database.username(&master.username).password(&master.password))
}

/// Makes the role, if it is not there. Safe to repeat.
pub async fn ensure(master: &PgConnectOptions) -> Result<(), LoginFailure> {
    let mut connection = master.clone().disable_statement_logging().connect().await?;
    sqlx::raw_sql(include_str!("login.sql")).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
