//! Route `$disconnect` of the WebSocket API: forgets the connection. The gateway does not promise to call it; what it misses is
//! found when nothing can be sent any more, or swept.

use serde_json::{Value, json};
use shared::App;
use shared::database::DatabaseFailure;

use crate::socket::{self, Incoming};

/// Forgets the connection.
pub async fn handle(app: &App, event: Value) -> Result<Value, DatabaseFailure> {
    let Some(incoming) = Incoming::of(&event) else { return Ok(socket::unreadable()) };
    let statement = || {
        sqlx::query!(
            "DELETE FROM connections WHERE connection_id = $1 RETURNING connection_id",
            incoming.connection_id
        )
    };
    app.database.fetch_all(statement).await?;
    Ok(json!({"statusCode": 200}))
}
