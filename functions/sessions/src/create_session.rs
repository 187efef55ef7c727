//! `POST /v1/sessions`: logs in.
//!
//! Unknown user and wrong password are alike in answer and time. Two round trips: the hash must be read before the
//! session can be written, and checking it takes longer than both.

use serde_json::json;
use shared::audit::{Entry, Event};
use shared::credential::{Parameters, SealedPassword};
use shared::http::Fields;
use shared::id::{Revision, UserId};
use shared::profile::{OwnProfile, UserRow};
use shared::session::NewSession;
use shared::text::{DeviceName, Password, Username};
use shared::{App, Call, Problem, Reply};

use crate::logged_in::LoggedIn;

/// How often to try while the same user logs in elsewhere at the same moment.
const ATTEMPTS: usize = 30;

/// What the client sends.
struct Login {
    username: Username,
    password: Password,
    device_name: Option<DeviceName>,
}

impl Login {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let username = fields.required("username");
        let password = fields.required("password");
        let device_name = fields.optional("device_name");
        fields.finish(|| Some(Self { username: username?, password: password?, device_name }))
    }
}

/// Logs the user in.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let login = Login::parse(call.fields()?)?;
    let (user, rehashed) = check_password(app, &login).await?;
    let session = NewSession::issue(app)?;
    let profile = store(app, &login, user, rehashed.as_ref(), &session).await?;
    Reply::created(&LoggedIn { tokens: session.tokens(), user: profile })
}

/// The same password, hashed again as passwords are now.
struct Rehashed {
    version: Revision,
    password: SealedPassword,
}

async fn check_password(app: &App, login: &Login) -> Result<(UserId, Option<Rehashed>), Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT users.id, credentials.version, credentials.keyring_id, credentials.password_sealed
            FROM users
            JOIN credentials ON credentials.user_id = users.id
            WHERE users.username = $1 AND users.suspended_at IS NULL AND users.deleted_at IS NULL
            "#,
            login.username.0,
        )
    };
    let Some(row) = app.database.fetch_all(statement).await?.pop() else {
        app.check_nobodys_password(&login.password).await?;
        app.record(vec![failed(None)]).await;
        return Err(Problem::InvalidCredentials);
    };
    let user = UserId(row.id);
    let stored = SealedPassword { keyring: row.keyring_id.into(), sealed: row.password_sealed };
    match app.password_matches(user, row.version.into(), &stored, &login.password).await? {
        Some(Parameters::Current) => Ok((user, None)),
        Some(Parameters::Outdated) => {
            let version = Revision(row.version + 1);
            let password = app.seal_password(user, version, &login.password).await?;
            Ok((user, Some(Rehashed { version, password })))
        }
        None => {
            app.record(vec![failed(Some(user))]).await;
            Err(Problem::InvalidCredentials)
        }
    }
}

/// A name that nobody has is not recorded: it may be a password that was typed into the wrong field.
fn failed(user: Option<UserId>) -> Entry {
    let subject = user.map(|user| ("user", user.0));
    Entry { event: Event::LoginFail, actor: None, subject, detail: json!({}) }
}

async fn store(
    app: &App,
    login: &Login,
    user: UserId,
    rehashed: Option<&Rehashed>,
    session: &NewSession,
) -> Result<OwnProfile, Problem> {
    let stamp = app.stamp()?;
    let device_name = login.device_name.as_ref().map(|name| name.0.as_str());
    let statement = || {
        sqlx::query_file_as!(
            UserRow,
            "src/create_session.sql",
            session.id.0,
            user.0,
            device_name,
            session.access.hash(),
            session.access_expires_at,
            session.expires_at,
            session.refresh.hash(),
            session.refresh_expires_at,
            stamp.id,
            stamp.address,
            stamp.request_id,
            rehashed.map(|rehashed| rehashed.version.0),
            rehashed.map(|rehashed| rehashed.password.keyring.0),
            rehashed.map(|rehashed| rehashed.password.sealed.as_slice()),
        )
    };
    for _ in 0..ATTEMPTS {
        let row = match app.database.fetch_all(statement).await {
            // Another log-in took the same place at this moment.
            Err(failure) if failure.constraint() == Some("sessions_place_key") => continue,
            rows => rows?.pop().ok_or(Problem::InvalidCredentials)?,
        };
        return app.own_profile(row).await;
    }
    Err(Problem::unavailable("the user logged in elsewhere at every attempt"))
}
