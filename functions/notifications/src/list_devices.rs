//! `GET /v1/devices`: the caller's devices that are told of messages, and what a browser needs to become one. There are at
//! most 25, so there is one page.

use serde::Serialize;
use shared::app::optional;
use shared::{App, Call, Problem, Reply};

use crate::device::{Device, Row};
use crate::target::Platform;

/// What the deployment can tell devices through.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// The platforms that are set up.
    pub platforms: Vec<Platform>,
    /// The deployment's public key for browsers (RFC 8292), base64url.
    pub web_push_key: Option<String>,
}

impl Reach {
    /// What `PUSH_PLATFORMS`, such as `apns,web`, and `WEB_PUSH_KEY` say.
    #[must_use]
    pub fn from_environment() -> Self {
        let names = optional("PUSH_PLATFORMS").unwrap_or_default();
        Self {
            platforms: names.split(',').map(str::trim).filter_map(Platform::named).collect(),
            web_push_key: optional("WEB_PUSH_KEY"),
        }
    }
}

/// The list.
#[derive(Serialize)]
struct Devices<'a> {
    items: Vec<Device>,
    /// Devices of others are kept, and told of nothing.
    platforms: Vec<&'static str>,
    /// What `pushManager.subscribe` takes as `applicationServerKey`; null where browsers are not told.
    web_push_key: Option<&'a str>,
}

/// Answers the list.
pub async fn handle(app: &App, reach: &Reach, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH live AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", device.id AS "id?", device.platform AS "platform?",
                   device.app_id AS "app_id?", device.locale AS "locale?", device.session_id = $1 AS "current?",
                   device.created_at AS "created_at?", device.updated_at AS "updated_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT candidate.*
                FROM devices AS candidate
                JOIN sessions AS session ON session.id = candidate.session_id
                WHERE candidate.user_id = (SELECT user_id FROM live)
                  AND session.revoked_at IS NULL AND session.expires_at > now()
            ) AS device ON true
            ORDER BY device.created_at DESC, device.id DESC
            "#,
            caller.session_id.0,
            caller.user_id.0,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    Reply::ok(&Devices {
        items: rows.into_iter().filter_map(Row::into_device).collect(),
        platforms: reach.platforms.iter().map(|platform| platform.name()).collect(),
        web_push_key: reach.web_push_key.as_deref(),
    })
}
