//! The authorizer of the HTTP API: turns an access token into the caller's ids.
//!
//! Payload format 2.0 with a simple response, cached by the gateway for a minute:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>.
//!
//! It never says no. A gateway answers a no with a bare 403 that clients cannot tell from a missing right, so a token
//! that opens nothing passes without a caller, and the endpoint answers 401 as `openapi.yaml` says: no handler can get
//! at a `Caller` that is not in this answer.

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use shared::token::{Token, TokenKind};

/// Answers who calls, if anybody.
pub async fn handle(app: &App, event: Value) -> Result<Value, DatabaseFailure> {
    let Some(token) = access_token(&event) else { return Ok(nobody()) };
    let statement = || {
        sqlx::query!(
            r#"
            SELECT live.id AS "id!", live.user_id AS "user_id!", live.role AS "role!"
            FROM sessions AS session
            JOIN live_sessions AS live ON live.id = session.id
            WHERE session.access_hash = $1
            "#,
            token.hash(),
        )
    };
    let caller = app.database.fetch_all(statement).await?.pop();
    Ok(caller.map_or_else(nobody, |caller| {
        json!({
            "isAuthorized": true,
            "context": {"user_id": caller.user_id, "session_id": caller.id, "role": caller.role},
        })
    }))
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
