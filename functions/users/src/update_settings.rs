//! `PATCH /v1/users/me/settings`: turns privacy switches. What is left out stays.

use shared::account::Settings;
use shared::http::Fields;
use shared::{App, Call, Problem, Reply};

/// What the client sends.
struct Changes {
    send_read_receipts: Option<bool>,
    send_typing: Option<bool>,
    show_last_seen: Option<bool>,
}

impl Changes {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let send_read_receipts = fields.optional("send_read_receipts");
        let send_typing = fields.optional("send_typing");
        let show_last_seen = fields.optional("show_last_seen");
        fields.finish(|| Some(Self { send_read_receipts, send_typing, show_last_seen }))
    }
}

/// Turns the switches and answers all of them.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let changes = Changes::parse(call.fields()?)?;
    let (stamp, event) = (app.stamp()?, app.new_event()?);
    let statement = || {
        sqlx::query_as!(
            Settings,
            r#"
            WITH before AS (
                SELECT users.*
                FROM live_sessions AS session
                JOIN users ON users.id = session.user_id
                WHERE session.id = $1 AND session.user_id = $2
                FOR NO KEY UPDATE OF users
            ),
            changed AS (
                UPDATE users
                SET send_read_receipts = coalesce($3, users.send_read_receipts),
                    send_typing = coalesce($4, users.send_typing),
                    show_last_seen = coalesce($5, users.show_last_seen)
                FROM before
                WHERE users.id = before.id
                RETURNING users.id, users.send_read_receipts, users.send_typing, users.show_last_seen
            ),
            -- For the caller's other devices.
            event AS (
                INSERT INTO outbox (id, type, user_id)
                SELECT $9, 'user.updated', changed.id
                FROM changed
                JOIN before ON before.id = changed.id
                WHERE (changed.send_read_receipts, changed.send_typing, changed.show_last_seen)
                      <> (before.send_read_receipts, before.send_typing, before.show_last_seen)
                ON CONFLICT (id) DO NOTHING
            ),
            audited AS (
                INSERT INTO audit_events
                    (id, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
                SELECT $6, 'user_updated', changed.id, $1, 'user', changed.id, $7, $8,
                       jsonb_strip_nulls(jsonb_build_object(
                           'send_read_receipts', $3::boolean, 'send_typing', $4::boolean, 'show_last_seen', $5::boolean
                       ))
                FROM changed
                ON CONFLICT (id) DO NOTHING
            )
            SELECT send_read_receipts, send_typing, show_last_seen FROM changed
            "#,
            caller.session_id.0,
            caller.user_id.0,
            changes.send_read_receipts,
            changes.send_typing,
            changes.show_last_seen,
            stamp.id,
            stamp.address,
            stamp.request_id,
            event.0,
        )
    };
    Reply::ok(&app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?)
}
