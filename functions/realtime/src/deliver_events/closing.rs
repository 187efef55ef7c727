//! Sockets of sessions that have ended: told so, and closed.

use std::sync::Arc;
use std::time::Duration;

use shared::App;
use shared::change::ChangeData;
use shared::clock::Timestamp;
use shared::id::UserId;
use shared::worker::TaskFailure;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use super::whole::to_json;
use super::{CONNECTIONS_AT_ONCE, Tools};
use crate::connection::ConnectionFailure;
use crate::event::Event;

/// A socket that does not take its last frame is closed without it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Closes the sockets of these users whose sessions are over.
pub async fn close(app: &App, tools: &Tools, users: &[Uuid]) -> Result<(), TaskFailure> {
    if users.is_empty() {
        return Ok(());
    }
    let statement = || {
        sqlx::query!(
            r#"
            SELECT connection.connection_id, connection.user_id
            FROM connections AS connection
            WHERE connection.user_id = ANY ($1::uuid[])
              AND NOT EXISTS (
                  SELECT FROM open_sessions AS session
                  WHERE session.id = connection.session_id AND session.user_id = connection.user_id
              )
            ORDER BY connection.connection_id
            LIMIT $2
            "#,
            users,
            CONNECTIONS_AT_ONCE,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let mut closing = JoinSet::new();
    for row in rows {
        let event = Event {
            r#type: "session.revoked",
            conversation_id: None,
            change_seq: None,
            at: Timestamp::from(app.clock.now()),
            data: ChangeData::Ids {
                conversation_id: None,
                user_id: Some(UserId(row.user_id)),
                media_id: None,
            },
        };
        let (frame, tools) = (to_json(&event)?, tools.clone());
        let clock = Arc::clone(&app.clock);
        closing.spawn(async move {
            tools.pace.wait(&*clock).await;
            // Whether it hears why does not matter.
            let _ = timeout(PATIENCE, tools.connections.post(&row.connection_id, &frame)).await;
            let closed = tools.connections.close(&row.connection_id).await;
            (row.connection_id, closed)
        });
    }
    let (mut closed, mut failure) = (Vec::new(), None);
    while let Some(ended) = closing.join_next().await {
        match ended {
            // Gone may be one that is not open yet: the sweep closes it then.
            Ok((_, Err(ConnectionFailure::Gone))) => {}
            Ok((connection, Ok(()))) => closed.push(connection),
            Ok((_, Err(busy))) => failure = Some(TaskFailure::Retry(busy.to_string())),
            Err(ended) => failure = Some(TaskFailure::Retry(ended.to_string())),
        }
    }
    let statement = || {
        sqlx::query!(
            "DELETE FROM connections WHERE connection_id = ANY ($1::text[]) RETURNING connection_id",
            &closed
        )
    };
    if !closed.is_empty() {
        app.database.fetch_all(statement).await?;
    }
    failure.map_or(Ok(()), Err)
}
