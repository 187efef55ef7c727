//! The authorizer of the HTTP API: turns an access token into the caller's ids.
//!
//! Payload format 2.0 with a simple response, cached by the gateway for a minute:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>.
//!
//! It runs once a minute for each caller at the most, which makes it the place that knows who is there: it tells the queue
//! `presence`.
//!
//! It never says no. A gateway answers a no with a bare 403 that clients cannot tell from a missing right, so a token
//! that opens nothing passes without a caller, and the endpoint answers 401 as `openapi.yaml` says: no handler can get
//! at a `Caller` that is not in this answer.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::app::AuthMode;
use shared::database::DatabaseFailure;
use shared::queue::Queue;
use shared::token::{Token, TokenKind};
use time::OffsetDateTime;
use tokio::time::timeout;
use uuid::Uuid;

/// How long to wait for the queue that takes presence.
const PATIENCE: Duration = Duration::from_millis(500);

/// Somebody who may come in.
struct Known {
    id: Uuid,
    user_id: Uuid,
    role: String,
    seen_lately: bool,
}

/// Answers who calls, if anybody.
pub async fn handle(
    app: &App,
    mode: AuthMode,
    presence: &dyn Queue,
    event: Value,
) -> Result<Value, DatabaseFailure> {
    let known = match mode {
        AuthMode::Token => by_token(app, &event).await?,
        AuthMode::Header => by_header(app, &event).await?,
    };
    let Some(known) = known else { return Ok(nobody()) };
    if !known.seen_lately {
        tell(presence, known.user_id, app.clock.now()).await;
    }
    Ok(json!({
        "isAuthorized": true,
        "context": {"user_id": known.user_id, "session_id": known.id, "role": known.role},
    }))
}

async fn by_token(app: &App, event: &Value) -> Result<Option<Known>, DatabaseFailure> {
    let Some(token) = access_token(event) else { return Ok(None) };
    let statement = || {
        sqlx::query_as!(
            Known,
            r#"
            SELECT live.id AS "id!", live.user_id AS "user_id!", live.role AS "role!",
                   coalesce(users.last_seen_at > now() - interval '1 minute', false) AS "seen_lately!"
            FROM sessions AS session
            JOIN live_sessions AS live ON live.id = session.id
            JOIN users ON users.id = live.user_id
            WHERE session.access_hash = $1
            "#,
            token.hash(),
        )
    };
    Ok(app.database.fetch_all(statement).await?.pop())
}

/// The user that `X-User-ID` names, in the one session that each user has for this: its id is the user's, and its hash is that
/// of no token. A suspended or deleted user has none.
async fn by_header(app: &App, event: &Value) -> Result<Option<Known>, DatabaseFailure> {
    let Some(user) = header(event, "x-user-id").and_then(|value| Uuid::try_parse(value).ok()) else {
        return Ok(None);
    };
    let statement = || {
        sqlx::query_as!(
            Known,
            r#"
            WITH session AS (
                INSERT INTO sessions (id, user_id, device_name, access_hash, access_expires_at, expires_at)
                SELECT users.id, users.id, 'X-User-ID', sha256(convert_to('X-User-ID ' || users.id, 'UTF8')),
                       now() + interval '1 hour', now() + interval '1 hour'
                FROM users
                WHERE users.id = $1 AND users.suspended_at IS NULL AND users.deleted_at IS NULL
                ON CONFLICT (id) DO UPDATE
                SET access_expires_at = excluded.access_expires_at, expires_at = excluded.expires_at, revoked_at = NULL
                RETURNING id, user_id
            )
            SELECT session.id, session.user_id, users.role,
                   coalesce(users.last_seen_at > now() - interval '1 minute', false) AS "seen_lately!"
            FROM session
            JOIN users ON users.id = session.user_id
            "#,
            user,
        )
    };
    Ok(app.database.fetch_all(statement).await?.pop())
}

/// Tells the worker that somebody was seen; whether it hears is not worth a request.
async fn tell(presence: &dyn Queue, user: Uuid, now: OffsetDateTime) {
    let body = json!({"user_id": user, "at": now.unix_timestamp()}).to_string();
    match timeout(PATIENCE, presence.send(body)).await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => tracing::warn!(%failure, "a user's presence is not recorded"),
        Err(_) => tracing::warn!("a user's presence is not recorded: no answer in time"),
    }
}

fn nobody() -> Value {
    json!({"isAuthorized": true, "context": {}})
}

/// The token of `Authorization: Bearer …` (RFC 6750, 2.1; the scheme in any case, RFC 9110, 11.1).
fn access_token(event: &Value) -> Option<Token> {
    let (scheme, token) = header(event, "authorization")?.split_once(' ')?;
    let token = Token::parse(TokenKind::Access, token.trim())?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// A header of the request, in whatever case its name is written.
fn header<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    let headers = event.get("headers")?.as_object()?;
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_str()
}
