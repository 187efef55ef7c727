//! Makes a user an admin: `{"username": "alice"}`. Nobody else can make the first one, and there is no default password.
//!
//! Invoked by whoever may invoke it, by IAM. An admin stays one; a suspended one is let in again, so that a deployment whose
//! admins have locked each other out can be entered.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::random::RandomFailure;

/// Whom to appoint.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Appointment {
    username: String,
}

/// Why nobody was appointed.
#[derive(Debug, thiserror::Error)]
pub enum AppointmentFailure {
    /// The event says nothing of the kind.
    #[error("the event must be {{\"username\": \"…\"}}: {0}")]
    Event(#[from] serde_json::Error),
    /// Nobody has this name.
    #[error("no user has this name; register first")]
    UnknownUser,
    /// Postgres is not there or refused.
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] RandomFailure),
}

/// Appoints the user.
pub async fn handle(app: &App, event: Value) -> Result<Value, AppointmentFailure> {
    let Appointment { username } = serde_json::from_value(event)?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments.
            WITH before AS (
                SELECT users.id, users.role
                FROM users
                WHERE users.username = lower($1) AND users.deleted_at IS NULL
                FOR UPDATE
            ),
            changed AS (
                UPDATE users SET role = 'admin', suspended_at = NULL FROM before WHERE users.id = before.id
                RETURNING users.id, before.role AS old_role
            ),
            audited AS (
                INSERT INTO audit_events (id, event, subject_type, subject_id, detail)
                SELECT $2, 'privilege_permissions_changed', 'user', changed.id,
                       jsonb_build_object('from', changed.old_role, 'to', 'admin', 'by', 'appoint_admin')
                FROM changed
                ON CONFLICT (id) DO NOTHING
            )
            SELECT id FROM changed
            "#,
            username,
            stamp.id,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(AppointmentFailure::UnknownUser)?;
    tracing::info!(user_id = %row.id, "an admin was appointed");
    Ok(json!({"user_id": row.id, "role": "admin"}))
}
