//! `POST /v1/users`: registers a user and logs them in.
//!
//! Two round trips: the limit is taken before the password is hashed, which takes longer than both.

use serde::Serialize;
use serde_json::{Value, json};
use shared::audit::{Entry, Event};
use shared::credential::SealedPassword;
use shared::http::{Fields, Invalid};
use shared::id::{Revision, UserId};
use shared::idempotency::{Earlier, Once};
use shared::profile::OwnProfile;
use shared::rate::{Limited, Taken};
use shared::session::{NewSession, SessionTokens};
use shared::text::{DisplayName, Email, NewPassword, Password, Username};
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

/// How often to try while the same request is being answered beside us.
const ATTEMPTS: usize = 3;

/// What the client sends.
struct NewUser {
    username: Username,
    password: NewPassword,
    display_name: Option<DisplayName>,
    email: Option<Email>,
}

impl NewUser {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let username = fields.required("username");
        let password = fields.required("password");
        let display_name = fields.optional("display_name");
        let email = fields.optional("email");
        if let (Some(password), Some(username)) = (&password, &username) {
            let (password, username): (&NewPassword, &Username) = (password, username);
            let display_name = display_name.as_ref().map_or("", |name: &DisplayName| name.0.as_str());
            if password.0.is_made_of(&[&username.0, display_name]) {
                fields.wrong::<()>("password", Invalid::made_of_names());
            }
        }
        fields.finish(|| Some(Self { username: username?, password: password?, display_name, email }))
    }

    /// What was asked, for a request with an `Idempotency-Key`.
    fn asked(&self) -> Value {
        let display_name = self.display_name.as_ref().map(|name| &name.0);
        json!({"display_name": display_name, "email": self.email.as_ref().map(|email| &email.0)})
    }
}

/// What the client gets.
#[derive(Serialize)]
struct Registered<'a> {
    user: OwnProfile,
    session: SessionTokens<'a>,
}

/// What the statement says: `register_user.sql`.
struct Outcome {
    registered: bool,
    replayed_user_id: Option<Uuid>,
    replayed_keyring_id: Option<Uuid>,
    replayed_sealed: Option<Vec<u8>>,
}

/// Registers the user.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let request = NewUser::parse(call.fields_with_password()?)?;
    let once = app.once(&call, "register_user", request.username.0.as_bytes(), &request.asked()).await?;
    if let Some((user, kept)) = begin(app, &once).await? {
        return replay(app, &once, user, kept, &request.password.0).await;
    }
    let user: UserId = app.new_id()?;
    let created_at = app.clock.now();
    let display_name = request.display_name.as_ref().map_or(&request.username.0, |name| &name.0);
    let email = match &request.email {
        Some(email) => Some(app.seal_email(user, email).await?),
        None => None,
    };
    let password = app.seal_password(user, Revision(1), &request.password.0).await?;
    let session = NewSession::issue(app)?;
    let stamp = app.stamp()?;
    let profile = OwnProfile::of_new_user(
        user,
        request.username.0.clone(),
        display_name.clone(),
        request.email.as_ref().map(|email| email.0.clone()),
        created_at,
    );
    let reply = Reply::created(&Registered { user: profile, session: session.tokens() })?;
    let kept = app.keep(&once, &reply)?;

    let statement = || {
        sqlx::query_file_as!(
            Outcome,
            "src/register_user.sql",
            user.0,
            request.username.0,
            display_name,
            email.as_ref().map(|email| email.sealed.as_slice()),
            email.as_ref().map(|email| email.keyring.0),
            password.keyring.0,
            password.sealed,
            session.id.0,
            session.access.hash(),
            session.access_expires_at,
            session.expires_at,
            session.refresh.hash(),
            session.refresh_expires_at,
            stamp.id,
            stamp.address,
            stamp.request_id,
            created_at,
            once.key(),
            once.keyring_id(),
            kept,
        )
    };
    for _ in 0..ATTEMPTS {
        let outcome = match app.database.fetch_one(statement).await {
            // The same request came twice at this moment; the next attempt finds the other's answer.
            Err(failure) if failure.constraint() == Some("idempotency_key") => continue,
            outcome => outcome?,
        };
        if outcome.registered {
            return Ok(reply);
        }
        if let Some(earlier) = outcome.replayed_user_id {
            let kept = Earlier { keyring_id: outcome.replayed_keyring_id, sealed: outcome.replayed_sealed };
            return replay(app, &once, earlier.into(), kept, &request.password.0).await;
        }
        // The name may have been taken by this very request, which came twice at this moment.
        if once.key().is_none() {
            break;
        }
    }
    Err(Problem::UsernameTaken)
}

/// Takes from the address's limit, and looks for what the same request was answered before: of whom, and as it is kept.
async fn begin(app: &App, once: &Once) -> Result<Option<(UserId, Earlier)>, Problem> {
    let address = app.limit_of_address(Limited::Register, "").await?;
    let rate = app.rate_limits.of(Limited::Register);
    let statement = || {
        sqlx::query!(
            r#"
            SELECT taken.allowed AS "allowed!", taken.ahead_us AS "ahead_us!", taken.newly_refused AS "newly_refused!",
                   kept.user_id AS "user_id?", kept.keyring_id AS "keyring_id?", kept.sealed AS "sealed?"
            FROM take_from_limit($1, $2, $3, 1) AS taken
            LEFT JOIN idempotency AS kept ON taken.allowed AND kept.key = $4
            "#,
            address,
            rate.period_us(),
            rate.burst(),
            once.key(),
        )
    };
    let row = app.database.fetch_one(statement).await?;
    let taken = Taken { allowed: row.allowed, ahead_us: row.ahead_us, newly_refused: row.newly_refused };
    app.admit(Limited::Register, taken, None, None).await?;
    let earlier = Earlier { keyring_id: row.keyring_id, sealed: row.sealed };
    Ok(row.user_id.map(|user| (user.into(), earlier)))
}

/// The answer that the same request got before. The password is not part of what is kept, so it is checked like anybody's, and who may
/// not log in gets no session this way either.
async fn replay(
    app: &App,
    once: &Once,
    user: UserId,
    earlier: Earlier,
    password: &Password,
) -> Result<Reply, Problem> {
    let statement = || {
        sqlx::query!(
            "SELECT credentials.version, credentials.keyring_id, credentials.password_sealed
             FROM credentials
             JOIN users ON users.id = credentials.user_id AND users.suspended_at IS NULL AND users.deleted_at IS NULL
             WHERE credentials.user_id = $1",
            user.0
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::IdempotencyKeyReused)?;
    let stored = SealedPassword { keyring: row.keyring_id.into(), sealed: row.password_sealed };
    if app.password_matches(user, Revision(row.version), &stored, password).await?.is_none() {
        app.record(vec![Entry::about(Event::LoginFail, "user", user.0)]).await;
        return Err(Problem::IdempotencyKeyReused);
    }
    app.replay(once, earlier).await?.ok_or(Problem::IdempotencyKeyReused)
}
