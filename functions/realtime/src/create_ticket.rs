//! `POST /v1/realtime/tickets`: a ticket that opens one WebSocket within 30 seconds.
//!
//! A token in a URL ends up in logs and histories; a ticket there is worth nothing once it was used. A repeat without an
//! `Idempotency-Key` makes another one, which harms nobody: those that are not used end by themselves.

use serde::Serialize;
use serde_json::json;
use shared::idempotency::{Earlier, Once};
use shared::rate::{Limited, Taken};
use shared::token::{Token, TokenKind};
use shared::{App, Call, Caller, Problem, Reply};
use time::Duration;

/// How often to try while the same request is worked on beside us.
const ATTEMPTS: usize = 3;
/// How long a ticket is good.
const LIFETIME: Duration = Duration::seconds(30);

/// What the client gets, once.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names in JSON")]
struct Ticket<'a> {
    ticket: &'a str,
    /// Where to connect, with `?ticket=` and the ticket behind it.
    url: &'a str,
    /// Seconds.
    expires_in: i64,
}

/// Hands out a ticket for sockets at `url`.
pub async fn handle(app: &App, url: &str, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let once = app.once(&call, "create_ticket", caller.user_id.0.as_bytes(), &json!({})).await?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, url, caller, &once).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("the same ticket was asked for beside us at every attempt"))
}

async fn attempt(app: &App, url: &str, caller: Caller, once: &Once) -> Result<Option<Reply>, Problem> {
    let ticket = Token::generate(TokenKind::Ticket, &*app.random)?;
    let reply =
        Reply::created(&Ticket { ticket: ticket.expose(), url, expires_in: LIFETIME.whole_seconds() })?;
    let kept = app.keep(once, &reply)?;
    let expires_at = app.clock.now() + LIFETIME;
    let rate = app.rate_limits.of(Limited::Tickets);
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments, but for what is taken of the limit.
            WITH live AS (
                SELECT id, user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            replayed AS (
                SELECT kept.keyring_id, kept.sealed FROM live, idempotency AS kept WHERE kept.key = $7
            ),
            limited AS (
                SELECT taken.*
                FROM live
                CROSS JOIN LATERAL take_from_limit(limit_key('tickets', live.user_id), $5, $6, 1) AS taken
            ),
            issued AS (
                INSERT INTO socket_tickets (hash, user_id, session_id, expires_at)
                SELECT $3, live.user_id, live.id, $4 FROM live, limited
                WHERE limited.allowed AND NOT EXISTS (SELECT FROM replayed)
                ON CONFLICT (hash) DO NOTHING
                RETURNING user_id
            ),
            kept AS (
                INSERT INTO idempotency (key, user_id, keyring_id, sealed)
                SELECT $7, issued.user_id, $8, $9 FROM issued WHERE $7::bytea IS NOT NULL
            )
            SELECT limited.allowed AS "allowed!", limited.ahead_us AS "ahead_us!", limited.newly_refused AS "newly_refused!",
                   replayed.keyring_id AS "replayed_keyring_id?", replayed.sealed AS "replayed_sealed?"
            FROM limited
            LEFT JOIN replayed ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            ticket.hash(),
            expires_at,
            rate.period_us(),
            rate.burst(),
            once.key(),
            once.keyring_id(),
            kept,
        )
    };
    let rows = match app.database.fetch_all(statement).await {
        // The same request came twice at this moment; the next attempt finds the other's answer.
        Err(failure) if failure.constraint() == Some("idempotency_key") => return Ok(None),
        rows => rows?,
    };
    let row = rows.into_iter().next().ok_or(Problem::Unauthenticated)?;
    let taken = Taken { allowed: row.allowed, ahead_us: row.ahead_us, newly_refused: row.newly_refused };
    app.admit(Limited::Tickets, taken, Some(caller), None).await?;
    let earlier = Earlier { keyring_id: row.replayed_keyring_id, sealed: row.replayed_sealed };
    Ok(Some(app.replay(once, earlier).await?.unwrap_or(reply)))
}
