//! `GET /v1/users?q=`: users whose name begins with `q`, by name. Who has blocked the caller is not found.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use shared::http::{cut, limit};
use shared::rate::{Limited, Taken};
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
    let rate = app.rate_limits.of(Limited::Search);
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            limited AS (
                SELECT taken.*
                FROM live
                CROSS JOIN LATERAL take_from_limit(limit_key('search', live.user_id), $6, $7, 1) AS taken
            )
            SELECT limited.allowed AS "allowed!", limited.ahead_us AS "ahead_us!", limited.newly_refused AS "newly_refused!",
                   profile.id AS "id?", profile.username AS "username?", profile.display_name AS "display_name?",
                   profile.bio AS "bio?", profile.avatar_media_id, profile.presence, profile.status_text, profile.status_emoji,
                   profile.status_expires_at, profile.last_seen_at, profile.created_at AS "created_at?", profile.deleted
            FROM limited
            LEFT JOIN LATERAL (
                SELECT *
                FROM visible_profiles AS candidate
                WHERE limited.allowed AND candidate.viewer_id = (SELECT user_id FROM live)
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
            rate.period_us(),
            rate.burst(),
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    let first = rows.first().ok_or(Problem::Unauthenticated)?;
    let taken =
        Taken { allowed: first.allowed, ahead_us: first.ahead_us, newly_refused: first.newly_refused };
    app.admit(Limited::Search, taken, Some(caller), None).await?;
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows.last().filter(|_| has_next).and_then(|row| row.username.clone());
    let profiles = rows.into_iter().map(|row| Row {
        id: row.id,
        username: row.username,
        display_name: row.display_name,
        bio: row.bio,
        avatar_media_id: row.avatar_media_id,
        presence: row.presence,
        status_text: row.status_text,
        status_emoji: row.status_emoji,
        status_expires_at: row.status_expires_at,
        last_seen_at: row.last_seen_at,
        created_at: row.created_at,
        deleted: row.deleted,
    });
    Reply::ok(&Page {
        items: profiles.filter_map(Row::into_profile).collect(),
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
