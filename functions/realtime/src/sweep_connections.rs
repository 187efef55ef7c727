//! Forgets what sockets leave behind: connections that are over, tickets that nobody used, and when things were last told.
//!
//! Invoked by a schedule, each minute. A connection whose client has said nothing for longer than the gateway keeps a silent
//! one is asked for, since a client may only ever listen; one whose session has ended is closed.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;
use tokio::task::JoinSet;

use crate::connection::{ConnectionFailure, Connections};

/// Connections that one run looks after; those that are left wait for the next.
const CONNECTIONS: i64 = 1_000;
/// Connections that are asked for at the same time.
const AT_ONCE: usize = 50;
/// Rows of other kinds that one run removes.
const ROWS: i64 = 5_000;

/// What became of connections.
#[derive(Default)]
struct Swept {
    gone: Vec<String>,
    there: Vec<String>,
}

/// Looks after connections and removes the rest; the answer counts them.
pub async fn handle(app: &App, connections: Arc<dyn Connections>) -> Result<Value, DatabaseFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            WITH over AS (
                SELECT connection.connection_id
                FROM connections AS connection
                WHERE connection.expires_at <= now()
                ORDER BY connection.expires_at
                LIMIT $1
            ),
            silent AS (
                SELECT connection.connection_id, connection.user_id, connection.session_id
                FROM connections AS connection
                WHERE connection.last_seen_at < now() - interval '11 minutes' AND connection.expires_at > now()
                ORDER BY connection.last_seen_at
                LIMIT $1
            )
            SELECT over.connection_id AS "connection_id!", true AS "over!" FROM over
            UNION ALL
            SELECT silent.connection_id,
                   NOT EXISTS (
                       SELECT FROM open_sessions AS session
                       WHERE session.id = silent.session_id AND session.user_id = silent.user_id
                   )
            FROM silent
            "#,
            CONNECTIONS,
        )
    };
    let found = app.database.fetch_all(statement).await?;
    let found: Vec<_> = found.into_iter().map(|row| (row.connection_id, row.over)).collect();
    let mut swept = Swept::default();
    for some in found.chunks(AT_ONCE) {
        swept.look_after(&connections, some).await;
    }
    let Swept { gone, there } = swept;
    let statement = || {
        sqlx::query!(
            r#"
            WITH gone AS (
                DELETE FROM connections WHERE connection_id = ANY ($1::text[]) RETURNING 1
            ),
            there AS (
                UPDATE connections SET last_seen_at = now() WHERE connection_id = ANY ($2::text[]) RETURNING 1
            ),
            tickets AS (
                DELETE FROM socket_tickets
                WHERE hash = ANY (ARRAY (
                    SELECT hash FROM socket_tickets
                    WHERE expires_at < now() - interval '1 minute'
                    ORDER BY expires_at
                    LIMIT $3
                ))
                RETURNING 1
            ),
            tellings AS (
                DELETE FROM tellings
                WHERE id = ANY (ARRAY (
                    SELECT id FROM tellings WHERE told_at < now() - interval '1 hour' ORDER BY told_at LIMIT $3
                ))
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM gone) AS "connections!", (SELECT count(*) FROM there) AS "there!",
                   (SELECT count(*) FROM tickets) AS "tickets!", (SELECT count(*) FROM tellings) AS "tellings!"
            "#,
            &gone,
            &there,
            ROWS,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    tracing::info!(connections = row.connections, there = row.there, tickets = row.tickets, "sockets swept");
    Ok(json!({
        "connections": row.connections, "there": row.there, "tickets": row.tickets, "tellings": row.tellings,
    }))
}

impl Swept {
    /// Closes those that are over and asks for the others; what the gateway does not answer stays for the next run.
    async fn look_after(&mut self, connections: &Arc<dyn Connections>, some: &[(String, bool)]) {
        let mut asking = JoinSet::new();
        for (connection, over) in some.iter().cloned() {
            let connections = Arc::clone(connections);
            asking.spawn(async move {
                let outcome = if over {
                    connections.close(&connection).await
                } else {
                    connections.find(&connection).await
                };
                (connection, over, outcome)
            });
        }
        while let Some(asked) = asking.join_next().await {
            match asked {
                Ok((connection, _, Err(ConnectionFailure::Gone)) | (connection, true, Ok(()))) => {
                    self.gone.push(connection);
                }
                Ok((connection, false, Ok(()))) => self.there.push(connection),
                Ok((connection_id, _, Err(failure))) => {
                    tracing::warn!(connection_id, %failure, "a connection could not be looked after");
                }
                Err(ended) => tracing::error!(%ended, "a connection was not looked after"),
            }
        }
    }
}
