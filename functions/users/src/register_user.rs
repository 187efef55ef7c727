//! `POST /v1/users`: registers a user and logs them in.

use serde::Serialize;
use shared::http::{Fields, Invalid};
use shared::id::{Revision, UserId};
use shared::profile::OwnProfile;
use shared::session::{NewSession, SessionTokens};
use shared::text::{DisplayName, Email, NewPassword, Username};
use shared::{App, Call, Problem, Reply};

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
}

/// What the client gets.
#[derive(Serialize)]
struct Registered<'a> {
    user: OwnProfile,
    session: SessionTokens<'a>,
}

/// Registers the user.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let request = NewUser::parse(call.fields()?)?;
    let user: UserId = app.new_id()?;
    let display_name = request.display_name.map_or_else(|| request.username.0.clone(), |name| name.0);
    let email = match &request.email {
        Some(email) => Some(app.seal_email(user, email).await?),
        None => None,
    };
    let password = app.seal_password(user, Revision(1), &request.password.0).await?;
    let session = NewSession::issue(app)?;
    let stamp = app.stamp()?;

    let statement = || {
        sqlx::query_file!(
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
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::UsernameTaken)?;

    let email = request.email.map(|email| email.0);
    let profile = OwnProfile::of_new_user(user, request.username.0, display_name, email, row.created_at);
    Reply::created(&Registered { user: profile, session: session.tokens() })
}
