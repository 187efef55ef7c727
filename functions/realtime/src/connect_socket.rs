//! Route `$connect` of the WebSocket API: spends the ticket in the query, and remembers whose connection it is.
//!
//! The gateway opens the socket only when the answer is 200, and answers the handshake with the status otherwise
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html>).
//! Nothing can be sent to it before.

use serde_json::Value;
use shared::queue::Queue;
use shared::token::{Token, TokenKind};
use shared::{App, Problem};

use crate::socket::{self, Incoming};

/// Others may take the place that was chosen as often as there are places.
const ATTEMPTS: usize = 10;

/// Answers the handshake; whoever connects has been seen.
pub async fn handle(app: &App, presence: &dyn Queue, event: Value) -> Value {
    let Some(incoming) = Incoming::of(&event) else { return socket::unreadable() };
    let request_id = incoming.request_id.to_owned();
    let origin = incoming.origin();
    let outcome = origin.scope(connect(app, presence, incoming)).await;
    socket::answer_handshake(outcome, &request_id)
}

async fn connect(app: &App, presence: &dyn Queue, incoming: Incoming<'_>) -> Result<(), Problem> {
    let ticket = incoming.query("ticket").and_then(|text| Token::parse(TokenKind::Ticket, text));
    let ticket = ticket.ok_or(Problem::Unauthenticated)?;
    let statement = || sqlx::query_file!("src/connect_socket.sql", ticket.hash(), incoming.connection_id);
    for _ in 0..ATTEMPTS {
        let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
        match row.outcome.as_str() {
            "connected" => {
                if !row.seen_lately {
                    socket::tell_seen(app, presence, row.user_id.into()).await;
                }
                return Ok(());
            }
            "full" => return Err(Problem::TooManySockets),
            _ => {}
        }
    }
    Err(Problem::unavailable("the place of a socket was taken at every attempt"))
}
