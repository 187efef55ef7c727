//! `GET /v1/sessions`: where the caller is logged in, the latest login first.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::http::{Cursor, cut, limit};
use shared::id::SessionId;
use shared::{App, Call, Problem, Reply};

/// One login.
#[derive(Serialize)]
struct Session {
    id: SessionId,
    device_name: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
    created_at: Timestamp,
    /// When it ends, however often it is refreshed.
    expires_at: Timestamp,
}

/// A page of logins.
#[derive(Serialize)]
struct Page {
    items: Vec<Session>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let cursor = Cursor::of(&call)?;
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", session.id AS "id?", session.device_name AS "device_name?",
                   session.created_at AS "created_at?", session.expires_at AS "expires_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT * FROM sessions AS candidate
                WHERE candidate.user_id = (SELECT user_id FROM live)
                  AND candidate.revoked_at IS NULL
                  AND candidate.expires_at > now()
                  -- Nobody is logged in any more where the last refresh token was left unused until its end.
                  AND (candidate.access_expires_at > now() OR EXISTS (
                      SELECT FROM refresh_tokens AS token
                      WHERE token.session_id = candidate.id AND token.used_at IS NULL AND token.expires_at > now()
                  ))
                  AND ($3::timestamptz IS NULL OR (candidate.created_at, candidate.id) < ($3, $4::uuid))
                ORDER BY candidate.created_at DESC, candidate.id DESC
                LIMIT $5
            ) AS session ON true
            ORDER BY session.created_at DESC, session.id DESC
            "#,
            caller.session_id.0,
            caller.user_id.0,
            cursor.map(|cursor| cursor.time),
            cursor.map(|cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }

    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end =
        rows.last().filter(|_| has_next).and_then(|row| Some(Cursor { time: row.created_at?, id: row.id? }));
    let items = rows.into_iter().filter_map(|row| {
        Some(Session {
            id: row.id?.into(),
            device_name: row.device_name,
            current: row.id? == caller.session_id.0,
            created_at: row.created_at?.into(),
            expires_at: row.expires_at?.into(),
        })
    });
    Reply::ok(&Page { items: items.collect(), next_cursor: end.map(|cursor| cursor.encode()) })
}
