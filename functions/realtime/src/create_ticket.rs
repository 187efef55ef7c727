//! `POST /v1/realtime/tickets`: a ticket that opens one WebSocket within 30 seconds.
//!
//! A token in a URL ends up in logs and histories; a ticket there is worth nothing once it was used. A repeat makes another
//! one, which harms nobody: those that are not used end by themselves.

use serde::Serialize;
use shared::rate::{Limited, Taken};
use shared::token::{Token, TokenKind};
use shared::{App, Call, Problem, Reply};
use time::Duration;

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
    let ticket = Token::generate(TokenKind::Ticket, &*app.random)?;
    let expires_at = app.clock.now() + LIFETIME;
    let rate = app.rate_limits.of(Limited::Tickets);
    let statement = || {
        sqlx::query!(
            r#"
            -- Safe to repeat with the same arguments, but for what is taken of the limit.
            WITH live AS (
                SELECT id, user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            limited AS (
                SELECT taken.*
                FROM live
                CROSS JOIN LATERAL take_from_limit(limit_key('tickets', live.user_id), $5, $6, 1) AS taken
            ),
            issued AS (
                INSERT INTO socket_tickets (hash, user_id, session_id, expires_at)
                SELECT $3, live.user_id, live.id, $4 FROM live, limited WHERE limited.allowed
                ON CONFLICT (hash) DO NOTHING
            )
            SELECT allowed AS "allowed!", ahead_us AS "ahead_us!", newly_refused AS "newly_refused!" FROM limited
            "#,
            caller.session_id.0,
            caller.user_id.0,
            ticket.hash(),
            expires_at,
            rate.period_us(),
            rate.burst(),
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    let taken = Taken { allowed: row.allowed, ahead_us: row.ahead_us, newly_refused: row.newly_refused };
    app.admit(Limited::Tickets, taken, Some(caller), None).await?;
    Reply::created(&Ticket { ticket: ticket.expose(), url, expires_in: LIFETIME.whole_seconds() })
}
