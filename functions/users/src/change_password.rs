//! `PUT /v1/users/me/password`: a new password. Every other session of the user ends.
//!
//! Two round trips: the hash must be read before the new one can be written, and checking it takes longer than both.

use shared::http::{Fields, Invalid};
use shared::id::Revision;
use shared::text::{NewPassword, Password};
use shared::{App, Call, Problem, Reply};

use crate::own_password::check;

/// What the client sends.
struct Request {
    current: Password,
    new: NewPassword,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let current = fields.required("current_password");
        let new = fields.required("new_password");
        fields.finish(|| Some(Self { current: current?, new: new? }))
    }
}

/// Changes the password.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let request = Request::parse(call.fields_with_password()?)?;
    let checked = check(app, caller, &request.current).await?;
    if request.new.0.is_made_of(&[&checked.username, &checked.display_name]) {
        return Err(Problem::field("new_password", Invalid::made_of_names()));
    }
    let version = Revision(checked.version.0 + 1);
    let sealed = app.seal_password(caller.user_id, version, &request.new.0).await?;
    let (stamp, event) = (app.stamp()?, app.new_event()?);
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments: the new hash tells our own earlier run.
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            changed AS (
                UPDATE credentials
                SET version = $4, keyring_id = $5, password_sealed = $6, changed_at = now()
                FROM live
                WHERE credentials.user_id = live.user_id
                  AND (credentials.version = $3 OR credentials.password_sealed = $6)
                RETURNING credentials.user_id
            ),
            ended AS (
                UPDATE sessions AS session SET revoked_at = now()
                FROM changed
                WHERE session.user_id = changed.user_id AND session.id <> $1 AND session.revoked_at IS NULL
                RETURNING session.user_id
            ),
            told AS (
                INSERT INTO outbox (id, type, user_id) SELECT $10, 'session.revoked', ended.user_id FROM ended LIMIT 1
                ON CONFLICT (id) DO NOTHING
            ),
            audited AS (
                INSERT INTO audit_events (id, event, actor_id, session_id, subject_type, subject_id, address, request_id)
                SELECT $7, 'authn_password_change', changed.user_id, $1, 'user', changed.user_id, $8, $9 FROM changed
                ON CONFLICT (id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM changed) AS "changed!"
            "#,
            caller.session_id.0,
            caller.user_id.0,
            checked.version.0,
            version.0,
            sealed.keyring.0,
            sealed.sealed,
            stamp.id,
            stamp.address,
            stamp.request_id,
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    // Not changed: somebody else has set another password meanwhile, and the one that was checked is wrong by now.
    if row.changed { Ok(Reply::no_content()) } else { Err(Problem::WrongPassword) }
}
