//! `PATCH /v1/users/me`: changes one's own profile. What is left out stays; `null` clears what may be empty.

use shared::http::{Change, Fields, Invalid};
use shared::id::MediaId;
use shared::profile::UserRow;
use shared::text::{Bio, DisplayName, Email};
use shared::{App, Call, Problem, Reply};

/// What the client sends.
struct Changes {
    display_name: Option<DisplayName>,
    bio: Option<Bio>,
    avatar: Change<MediaId>,
    email: Change<Email>,
}

impl Changes {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let display_name = fields.optional("display_name");
        let bio = fields.optional("bio");
        let avatar = fields.change("avatar_media_id");
        let email = fields.change("email");
        fields.finish(|| Some(Self { display_name, bio, avatar, email }))
    }
}

/// Changes the profile and answers the whole of it.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let changes = Changes::parse(call.fields()?)?;
    let email = match &changes.email {
        Change::Set(email) => Some(app.seal_email(caller.user_id, email).await?),
        Change::Keep | Change::Clear => None,
    };
    let picture = match changes.avatar {
        Change::Set(picture) => Some(picture.0),
        Change::Keep | Change::Clear => None,
    };
    let (stamp, event) = (app.stamp()?, app.new_event()?);
    let statement = || {
        sqlx::query_file!(
            "src/update_me.sql",
            caller.session_id.0,
            caller.user_id.0,
            changes.display_name.as_ref().map(|name| name.0.as_str()),
            changes.bio.as_ref().map(|bio| bio.0.as_str()),
            !matches!(changes.avatar, Change::Keep),
            !matches!(changes.email, Change::Keep),
            email.as_ref().map(|email| email.sealed.as_slice()),
            email.as_ref().map(|email| email.keyring.0),
            stamp.id,
            stamp.address,
            stamp.request_id,
            picture,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let user = || {
        Some(UserRow {
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
        })
    };
    // Nothing was changed: the picture is what there is to be wrong with.
    let user = user().ok_or_else(|| Problem::field("avatar_media_id", Invalid::no_picture()))?;
    Reply::ok(&app.own_profile(user).await?)
}
