//! Asking for the caller's own password once more, before something that a borrowed telephone must not do.

use serde_json::json;
use shared::audit::{Entry, Event};
use shared::credential::SealedPassword;
use shared::id::Revision;
use shared::rate::{Limited, Taken};
use shared::text::Password;
use shared::{App, Caller, Problem};

/// A password that was right.
pub struct Checked {
    /// Which of the user's passwords it is.
    pub version: Revision,
    pub username: String,
    pub display_name: String,
}

/// Checks the caller's password.
///
/// # Errors
/// [`Problem::Unauthenticated`] without a live session, [`Problem::WrongPassword`], [`Problem::RateLimited`].
pub async fn check(app: &App, caller: Caller, password: &Password) -> Result<Checked, Problem> {
    let rate = app.rate_limits.of(Limited::Password);
    let statement = || {
        sqlx::query!(
            r#"
            WITH limited AS (
                SELECT session.user_id, taken.*
                FROM live_sessions AS session
                CROSS JOIN LATERAL take_from_limit(limit_key('password', session.user_id), $3, $4, 1) AS taken
                WHERE session.id = $1 AND session.user_id = $2
            )
            SELECT users.username, users.display_name, credentials.version, credentials.keyring_id,
                   credentials.password_sealed, limited.allowed AS "allowed!", limited.ahead_us AS "ahead_us!",
                   limited.newly_refused AS "newly_refused!"
            FROM limited
            JOIN users ON users.id = limited.user_id
            JOIN credentials ON credentials.user_id = limited.user_id
            "#,
            caller.session_id.0,
            caller.user_id.0,
            rate.period_us(),
            rate.burst(),
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    let taken = Taken { allowed: row.allowed, ahead_us: row.ahead_us, newly_refused: row.newly_refused };
    app.admit(Limited::Password, taken, Some(caller), None).await?;
    let version = Revision(row.version);
    let stored = SealedPassword { keyring: row.keyring_id.into(), sealed: row.password_sealed };
    if app.password_matches(caller.user_id, version, &stored, password).await?.is_some() {
        return Ok(Checked { version, username: row.username, display_name: row.display_name });
    }
    let entry = Entry::about(Event::PasswordCheckFail, "user", caller.user_id.0);
    app.record(vec![Entry { actor: Some(caller), ..entry.with(json!({})) }]).await;
    Err(Problem::WrongPassword)
}
