//! `POST /v1/sessions`: logs in.
//!
//! Unknown user and wrong password are alike in answer and time. Two round trips: the hash must be read before the
//! session can be written, and checking it takes longer than both.

use shared::credential::{SealedPassword, check_nobodys_password};
use shared::http::Fields;
use shared::id::UserId;
use shared::profile::{OwnProfile, UserRow};
use shared::session::NewSession;
use shared::text::{DeviceName, Password, Username};
use shared::{App, Call, Problem, Reply};

use crate::logged_in::LoggedIn;

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
    let user = check_password(app, &login).await?;
    let session = NewSession::issue(app)?;
    let profile = store(app, &login, user, &session).await?;
    Reply::created(&LoggedIn { tokens: session.tokens(), user: profile })
}

async fn check_password(app: &App, login: &Login) -> Result<UserId, Problem> {
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
        check_nobodys_password(&login.password)?;
        return Err(Problem::InvalidCredentials);
    };
    let user = UserId(row.id);
    let stored = SealedPassword { keyring: row.keyring_id.into(), sealed: row.password_sealed };
    if app.password_matches(user, row.version.into(), &stored, &login.password).await? {
        Ok(user)
    } else {
        Err(Problem::InvalidCredentials)
    }
}

async fn store(app: &App, login: &Login, user: UserId, session: &NewSession) -> Result<OwnProfile, Problem> {
    let device_name = login.device_name.as_ref().map(|name| name.0.as_str());
    let statement = || {
        sqlx::query_as!(
            UserRow,
            r#"
            -- Safe to repeat with the same arguments.
            WITH session AS (
                INSERT INTO sessions (id, user_id, device_name, access_hash, access_expires_at, expires_at)
                SELECT $1, users.id, $3, $4, $5, $6
                FROM users
                -- Asked again: suspension may have come while the password was being checked.
                WHERE users.id = $2 AND users.suspended_at IS NULL AND users.deleted_at IS NULL
                ON CONFLICT (id) DO UPDATE SET device_name = excluded.device_name
                RETURNING id, user_id
            ),
            refresh AS (
                INSERT INTO refresh_tokens (hash, session_id, expires_at)
                SELECT $7, session.id, $8 FROM session
                ON CONFLICT (hash) DO NOTHING
            )
            SELECT users.id, users.username, users.display_name, users.bio, users.avatar_media_id, users.presence,
                   users.status_text, users.status_emoji, users.status_expires_at, users.role, users.created_at,
                   users.email_sealed, users.email_keyring_id
            FROM session
            JOIN users ON users.id = session.user_id
            "#,
            session.id.0,
            user.0,
            device_name,
            session.access.hash(),
            session.access_expires_at,
            session.expires_at,
            session.refresh.hash(),
            session.refresh_expires_at,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::InvalidCredentials)?;
    app.own_profile(row).await
}
