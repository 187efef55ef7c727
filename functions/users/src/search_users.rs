//! `GET /v1/users?q=`: users whose name begins with `q`, by name. Who has blocked the caller is not found.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use shared::http::{cut, limit};
use shared::text::UsernamePrefix;
use shared::{App, Call, Problem, Reply};

use crate::profile::{PublicProfile, Row};

/// A page of users.
#[derive(Serialize)]
struct Page {
    items: Vec<PublicProfile>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let prefix = call.query("q").ok_or_else(|| Problem::invalid("q", "required", "is required"))?;
    let prefix = UsernamePrefix::of(prefix)
        .ok_or_else(|| Problem::invalid("q", "invalid_format", "must be the beginning of a user name"))?;
    let after = after(&call)?.unwrap_or_default();
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", profile.*
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT *
                FROM visible_profiles AS candidate
                WHERE candidate.viewer_id = (SELECT user_id FROM live)
                  -- The tilde comes after every character of a name.
                  AND candidate.username >= $3 AND candidate.username < $3 || '~'
                  AND candidate.username > $4
                  AND NOT candidate.hidden AND NOT candidate.suspended AND NOT candidate.deleted
                ORDER BY candidate.username
                LIMIT $5
            ) AS profile ON true
            ORDER BY profile.username
            "#,
            caller.session_id.0,
            caller.user_id.0,
            prefix.0,
            after,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows.last().filter(|_| has_next).and_then(|row| row.username.clone());
    Reply::ok(&Page {
        items: rows.into_iter().filter_map(Row::into_profile).collect(),
        next_cursor: end.map(|name| URL_SAFE_NO_PAD.encode(name)),
    })
}

/// The name that the page before ended with.
fn after(call: &Call) -> Result<Option<String>, Problem> {
    let Some(cursor) = call.query("cursor") else { return Ok(None) };
    let name = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|name| String::from_utf8(name).ok());
    let name = name.and_then(|name| UsernamePrefix::of(&name));
    let name =
        name.ok_or_else(|| Problem::invalid("cursor", "invalid_value", "is not a next_cursor of this list"))?;
    Ok(Some(name.0))
}
