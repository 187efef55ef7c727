//! `PUT /v1/users/me/status`: what one appears as, and what one is up to, until when.

use shared::clock::Timestamp;
use shared::http::{Fields, Invalid};
use shared::profile::Status;
use shared::text::{Emoji, Presence, StatusText};
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;

/// What the client sends.
struct NewStatus {
    presence: Presence,
    text: Option<StatusText>,
    emoji: Option<Emoji>,
    expires_at: Option<OffsetDateTime>,
}

impl NewStatus {
    fn parse(mut fields: Fields, now: OffsetDateTime) -> Result<Self, Problem> {
        let presence = fields.required("presence");
        let text = fields.optional("text");
        let emoji = fields.optional("emoji");
        let expires_at: Option<OffsetDateTime> = fields.optional("expires_at");
        if expires_at.is_some_and(|time| time <= now) {
            fields.wrong::<()>("expires_at", Invalid::new("invalid_value", "must be in the future"));
        }
        fields.finish(|| Some(Self { presence: presence?, text, emoji, expires_at }))
    }
}

/// Sets the status and answers it.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let NewStatus { presence, text, emoji, expires_at } = NewStatus::parse(call.fields()?, app.clock.now())?;
    let (event, own_event) = (app.new_event()?, app.new_event()?);
    let (text, emoji) = (text.map(|text| text.0), emoji.map(|emoji| emoji.0));
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments.
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            before AS (
                SELECT users.* FROM live JOIN users ON users.id = live.user_id
                FOR NO KEY UPDATE OF users
            ),
            changed AS (
                UPDATE users
                SET presence = $3, status_text = $4, status_emoji = $5, status_expires_at = $6
                FROM before
                WHERE users.id = before.id
                RETURNING users.id,
                          (users.presence, users.status_text, users.status_emoji, users.status_expires_at) IS DISTINCT FROM
                          (before.presence, before.status_text, before.status_emoji, before.status_expires_at) AS differs
            ),
            -- For others, and for the caller's other devices.
            event AS (
                INSERT INTO outbox (id, type, user_id)
                SELECT $7::uuid, 'presence.updated', changed.id FROM changed
                UNION ALL
                SELECT $8, 'user.updated', changed.id FROM changed WHERE changed.differs
                ON CONFLICT (id) DO NOTHING
            )
            SELECT id FROM changed
            "#,
            caller.session_id.0,
            caller.user_id.0,
            presence.name(),
            text,
            emoji,
            expires_at,
            event.0,
            own_event.0,
        )
    };
    app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    let expires_at = expires_at.map(Timestamp::from);
    Reply::ok(&Status { presence: presence.name().to_owned(), text, emoji, expires_at })
}
