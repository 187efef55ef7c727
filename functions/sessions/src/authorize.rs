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
use shared::database::DatabaseFailure;
use shared::queue::Queue;
use shared::token::{Token, TokenKind};
use time::OffsetDateTime;
use tokio::time::timeout;
use uuid::Uuid;

/// How long to wait for the queue that takes presence.
const PATIENCE: Duration = Duration::from_millis(500);

/// Answers who calls, if anybody.
pub async fn handle(app: &App, presence: &dyn Queue, event: Value) -> Result<Value, DatabaseFailure> {
    let Some(token) = access_token(&event) else { return Ok(nobody()) };
    let statement = || {
        sqlx::query!(
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
    let caller = app.database.fetch_all(statement).await?.pop();
    if let Some(caller) = caller.as_ref().filter(|caller| !caller.seen_lately) {
        tell(presence, caller.user_id, app.clock.now()).await;
    }
    Ok(caller.map_or_else(nobody, |caller| {
        json!({
            "isAuthorized": true,
            "context": {"user_id": caller.user_id, "session_id": caller.id, "role": caller.role},
        })
    }))
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
    let headers = event.get("headers")?.as_object()?;
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let (scheme, token) = value.as_str()?.split_once(' ')?;
    let token = Token::parse(TokenKind::Access, token.trim())?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
