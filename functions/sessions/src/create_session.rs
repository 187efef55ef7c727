//! `POST /v1/sessions`: logs in.
//!
//! Unknown user and wrong password are alike in answer and time. Two round trips: the hash must be read before the
//! session can be written, and checking it takes longer than both.

use serde_json::json;
use shared::audit::{Entry, Event};
use shared::credential::{Parameters, SealedPassword};
use shared::http::Fields;
use shared::id::{Revision, UserId};
use shared::idempotency::{Earlier, Once};
use shared::profile::UserRow;
use shared::rate::{Limited, Taken};
use shared::session::NewSession;
use shared::text::{DeviceName, Password, Username};
use shared::{App, Call, Problem, Reply};

use crate::logged_in::LoggedIn;

/// How often to try while the same user logs in elsewhere at the same moment.
const ATTEMPTS: usize = 30;

/// The constraints that two log-ins at the same moment can meet at.
const RACES: [&str; 2] = ["sessions_place_key", "idempotency_key"];

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
    let login = Login::parse(call.fields_with_password()?)?;
    let asked = json!({"device_name": login.device_name.as_ref().map(|name| &name.0)});
    let once = app.once(&call, "create_session", login.username.0.as_bytes(), &asked).await?;
    let (user, rehashed) = check_password(app, &login).await?;
    let session = NewSession::issue(app)?;
    let id = user.id;
    let reply = Reply::created(&LoggedIn { tokens: session.tokens(), user: app.own_profile(user).await? })?;
    let earlier = store(app, &login, id.into(), rehashed.as_ref(), &session, &once, &reply).await?;
    Ok(app.replay(&once, earlier).await?.unwrap_or(reply))
}

/// The same password, hashed again as passwords are now.
struct Rehashed {
    version: Revision,
    password: SealedPassword,
}

async fn check_password(app: &App, login: &Login) -> Result<(UserRow, Option<Rehashed>), Problem> {
    let Some(found) = find(app, login).await? else {
        app.check_nobodys_password(&login.password).await?;
        app.record(vec![failed(None)]).await;
        return Err(Problem::InvalidCredentials);
    };
    let Found { user, version, stored } = found;
    let id = UserId(user.id);
    match app.password_matches(id, version, &stored, &login.password).await? {
        Some(Parameters::Current) => Ok((user, None)),
        Some(Parameters::Outdated) => {
            let version = Revision(version.0 + 1);
            let password = app.seal_password(id, version, &login.password).await?;
            Ok((user, Some(Rehashed { version, password })))
        }
        None => {
            app.record(vec![failed(Some(id))]).await;
            Err(Problem::InvalidCredentials)
        }
    }
}

/// A user who may come in with the right password.
struct Found {
    user: UserRow,
    version: Revision,
    stored: SealedPassword,
}

/// The user of this name. Every attempt takes from both limits, whoever is named.
async fn find(app: &App, login: &Login) -> Result<Option<Found>, Problem> {
    let account = app.limit_of_address(Limited::LoginAccount, &login.username.0).await?;
    let address = app.limit_of_address(Limited::LoginAddress, "").await?;
    let rate = |limited| app.rate_limits.of(limited);
    let statement = || {
        sqlx::query!(
            r#"
            SELECT account.allowed AS "account_allowed!", account.ahead_us AS "account_ahead_us!",
                   account.newly_refused AS "account_newly_refused!",
                   address.allowed AS "address_allowed!", address.ahead_us AS "address_ahead_us!",
                   address.newly_refused AS "address_newly_refused!",
                   users.id AS "id?", users.username AS "username?", users.display_name AS "display_name?", users.bio AS "bio?",
                   users.avatar_media_id, users.presence AS "presence?", users.status_text, users.status_emoji,
                   users.status_expires_at, users.role AS "role?", users.created_at AS "created_at?", users.email_sealed,
                   users.email_keyring_id, credentials.version AS "version?", credentials.keyring_id AS "keyring_id?",
                   credentials.password_sealed AS "password_sealed?"
            FROM take_from_limit($2, $3, $4, 1) AS account
            CROSS JOIN take_from_limit($5, $6, $7, 1) AS address
            LEFT JOIN (users JOIN credentials ON credentials.user_id = users.id)
                   ON account.allowed AND address.allowed
                  AND users.username = $1 AND users.suspended_at IS NULL AND users.deleted_at IS NULL
            "#,
            login.username.0,
            account,
            rate(Limited::LoginAccount).period_us(),
            rate(Limited::LoginAccount).burst(),
            address,
            rate(Limited::LoginAddress).period_us(),
            rate(Limited::LoginAddress).burst(),
        )
    };
    let row = app.database.fetch_one(statement).await?;
    let account = Taken {
        allowed: row.account_allowed,
        ahead_us: row.account_ahead_us,
        newly_refused: row.account_newly_refused,
    };
    let address = Taken {
        allowed: row.address_allowed,
        ahead_us: row.address_ahead_us,
        newly_refused: row.address_newly_refused,
    };
    app.admit(Limited::LoginAddress, address, None, None).await?;
    app.admit(Limited::LoginAccount, account, None, None).await?;
    let found = || {
        let user = UserRow {
            id: row.id?,
            username: row.username?,
            display_name: row.display_name?,
            bio: row.bio?,
            avatar_media_id: row.avatar_media_id,
            presence: row.presence?,
            status_text: row.status_text,
            status_emoji: row.status_emoji,
            status_expires_at: row.status_expires_at,
            role: row.role?,
            created_at: row.created_at?,
            email_sealed: row.email_sealed,
            email_keyring_id: row.email_keyring_id,
        };
        let stored = SealedPassword { keyring: row.keyring_id?.into(), sealed: row.password_sealed? };
        Some(Found { user, version: row.version?.into(), stored })
    };
    Ok(found())
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
    once: &Once,
    reply: &Reply,
) -> Result<Earlier, Problem> {
    let kept = app.keep(once, reply)?;
    let stamp = app.stamp()?;
    let device_name = login.device_name.as_ref().map(|name| name.0.as_str());
    let statement = || {
        sqlx::query_file_as!(
            Earlier,
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
            once.key(),
            once.keyring_id(),
            kept,
        )
    };
    for _ in 0..ATTEMPTS {
        return match app.database.fetch_all(statement).await {
            // Another log-in took the same place, or the same request came twice, at this moment.
            Err(failure) if RACES.map(Some).contains(&failure.constraint()) => continue,
            rows => rows?.pop().ok_or(Problem::InvalidCredentials),
        };
    }
    Err(Problem::unavailable("the user logged in elsewhere at every attempt"))
}
