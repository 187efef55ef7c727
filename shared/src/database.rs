//! Postgres, over one connection an environment.
//!
//! A Lambda environment serves one request at a time, so a pool would only add round trips (its pings) and carry work
//! over into a frozen environment. The connection is opened at the first statement, kept with its prepared statements,
//! and replaced when it has died.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::query::Map;
use sqlx::{ConnectOptions, PgConnection, PgPool, Postgres};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::{Misconfigured, optional, required};
use crate::aws::AwsAccess;
use crate::clock::Clock;
use crate::sigv4::database_token;

/// How long connecting may take, unless `DATABASE_CONNECT_SECONDS` says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a statement is run again that Postgres ended to resolve a deadlock.
const DEADLOCK_RETRIES: usize = 3;

/// A statement with the shape of its rows, as `sqlx::query!` makes it.
pub type Statement<'q, F> = Map<'q, Postgres, F, PgArguments>;

/// Why a statement gave no rows.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseFailure {
    /// Postgres could not be reached, went away twice, or did not answer in time. Trying again later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Postgres refused the statement.
    #[error(transparent)]
    Refused(sqlx::Error),
}

impl DatabaseFailure {
    /// The name of the constraint that the statement would have violated, if that is why it was refused.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Refused(sqlx::Error::Database(refusal)) => refusal.constraint(),
            _ => None,
        }
    }
}

/// The one connection of this environment.
pub struct Database {
    options: PgConnectOptions,
    /// How long connecting may take.
    patience: Duration,
    /// What logs in; `None` where the URL does.
    tokens: Option<Tokens>,
    connection: Mutex<Option<PgConnection>>,
}

/// Logs in by IAM (docs/decisions/0064).
struct Tokens {
    access: AwsAccess,
    clock: Arc<dyn Clock>,
}

impl Database {
    /// Remembers where Postgres is; connects at the first statement.
    ///
    /// # Errors
    /// [`DatabaseFailure::Refused`] when `url` is not a Postgres URL.
    pub fn at(url: &str) -> Result<Self, DatabaseFailure> {
        let options = url.parse::<PgConnectOptions>().map_err(DatabaseFailure::Refused)?;
        Ok(Self {
            options: options.disable_statement_logging(),
            patience: CONNECT_TIMEOUT,
            tokens: None,
            connection: Mutex::default(),
        })
    }

    /// The database that `DATABASE_URL` names, logged in to as `DATABASE_AUTH` says: by the URL's own password, or by IAM.
    ///
    /// # Errors
    /// The first setting that is missing or has no sense.
    pub fn from_environment(access: &AwsAccess, clock: &Arc<dyn Clock>) -> Result<Self, Misconfigured> {
        let mut database = Self::at(&required("DATABASE_URL")?).map_err(Misconfigured::DatabaseUrl)?;
        database.patience = patience(optional("DATABASE_CONNECT_SECONDS").as_deref())?;
        match optional("DATABASE_AUTH").as_deref() {
            None | Some("password") => Ok(database),
            Some("iam") => Ok(database.with_tokens(access.clone(), Arc::clone(clock))),
            Some(_) => Err(Misconfigured::DatabaseAuth),
        }
    }

    /// The same database, logged in to by tokens that are signed with these credentials.
    #[must_use]
    pub fn with_tokens(mut self, access: AwsAccess, clock: Arc<dyn Clock>) -> Self {
        self.tokens = Some(Tokens { access, clock });
        self
    }

    /// Where and as whom to connect now.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        let options = self.options.clone();
        match &self.tokens {
            // Signed anew for each connection: that takes microseconds and no call, and a token that is kept can be too old.
            Some(Tokens { access, clock }) => {
                let (host, port, user) = (options.get_host(), options.get_port(), options.get_username());
                let token = database_token(access, host, port, user, clock.now());
                options.password(&token)
            }
            None => options,
        }
    }

    /// The one row of a statement that always has one.
    ///
    /// `statement` may be made and run again, when the connection dies under it or Postgres ends it in a deadlock: **every statement must be safe to
    /// repeat with the same arguments**.
    pub async fn fetch_one<'q, F, T>(
        &self,
        statement: impl Fn() -> Statement<'q, F>,
    ) -> Result<T, DatabaseFailure>
    where
        F: FnMut(PgRow) -> Result<T, sqlx::Error> + Send,
        T: Send + Unpin,
    {
        let mut rows = self.fetch_all(statement).await?;
        rows.pop().ok_or(DatabaseFailure::Refused(sqlx::Error::RowNotFound))
    }

    /// All rows of a statement, which bounds them itself. Repeats like [`Self::fetch_one`].
    pub async fn fetch_all<'q, F, T>(
        &self,
        statement: impl Fn() -> Statement<'q, F>,
    ) -> Result<Vec<T>, DatabaseFailure>
    where
        F: FnMut(PgRow) -> Result<T, sqlx::Error> + Send,
        T: Send + Unpin,
    {
        let mut slot = self.connection.lock().await;
        let reused = slot.is_some();
        let mut outcome = self.attempt(&mut slot, statement()).await;
        // A connection that was kept may have been closed while the environment was frozen.
        if reused && matches!(outcome, Err(DatabaseFailure::Unavailable(_))) {
            outcome = self.attempt(&mut slot, statement()).await;
        }
        for _ in 0..DEADLOCK_RETRIES {
            match &outcome {
                Err(DatabaseFailure::Refused(failure)) if is_deadlock(failure) => {
                    outcome = self.attempt(&mut slot, statement()).await;
                }
                _ => break,
            }
        }
        outcome
    }

    async fn attempt<F, T>(
        &self,
        slot: &mut Option<PgConnection>,
        statement: Statement<'_, F>,
    ) -> Result<Vec<T>, DatabaseFailure>
    where
        F: FnMut(PgRow) -> Result<T, sqlx::Error> + Send,
        T: Send + Unpin,
    {
        // Taken out of its slot: if this future is dropped or fails half-way, the connection goes with it.
        let mut connection = match slot.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        match timeout(STATEMENT_TIMEOUT, statement.fetch_all(&mut connection)).await {
            Ok(Ok(rows)) => {
                *slot = Some(connection);
                Ok(rows)
            }
            Ok(Err(failure)) if is_of_the_connection(&failure) => {
                Err(DatabaseFailure::Unavailable(failure.to_string()))
            }
            Ok(Err(failure)) => {
                *slot = Some(connection);
                Err(DatabaseFailure::Refused(failure))
            }
            Err(_) => Err(DatabaseFailure::Unavailable("no answer in time".to_owned())),
        }
    }

    async fn connect(&self) -> Result<PgConnection, DatabaseFailure> {
        match timeout(self.patience, self.options().connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(failure)) => Err(DatabaseFailure::Unavailable(failure.to_string())),
            Err(_) => Err(DatabaseFailure::Unavailable("no connection in time".to_owned())),
        }
    }

    /// A pool of one for sqlx's migrator, whose future is `Send` over a pool only. Never for a request.
    #[must_use]
    pub fn for_migrations(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(self.patience)
            .connect_lazy_with(self.options())
    }
}

/// How long connecting may take: a database that sleeps wakes within half a minute.
fn patience(seconds: Option<&str>) -> Result<Duration, Misconfigured> {
    let Some(seconds) = seconds else { return Ok(CONNECT_TIMEOUT) };
    match seconds.parse() {
        Ok(seconds @ 1..=60) => Ok(Duration::from_secs(seconds)),
        _ => Err(Misconfigured::DatabaseConnectSeconds),
    }
}

/// Whether Postgres chose this statement to end a circle of waiting ones: nothing of it happened.
fn is_deadlock(failure: &sqlx::Error) -> bool {
    matches!(failure, sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| code == "40P01"))
}

/// Whether the connection, rather than the statement, is at fault.
/// SQLSTATE classes 08 (connection exception) and 57P (operator intervention), and 53300 (too many connections):
/// <https://www.postgresql.org/docs/16/errcodes-appendix.html>.
fn is_of_the_connection(failure: &sqlx::Error) -> bool {
    match failure {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            true
        }
        sqlx::Error::Database(refusal) => refusal
            .code()
            .is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "53300"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_may_take_three_seconds_or_what_is_said() {
        assert_eq!(patience(None).unwrap(), Duration::from_secs(3));
        assert_eq!(patience(Some("24")).unwrap(), Duration::from_secs(24));
        for nonsense in ["0", "61", "-1", "soon", "3.5"] {
            assert!(patience(Some(nonsense)).is_err(), "{nonsense}");
        }
    }
}
