//! `GET /v1/conversations/{conversation_id}`: one of the caller's conversations, with its settings.

use shared::id::ConversationId;
use shared::{App, Call, Caller, Problem, Reply};

use crate::conversation::{Details, Row};

/// Answers the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    Reply::ok(&load(app, caller, conversation).await?)
}

/// The conversation as the caller sees it.
///
/// # Errors
/// [`Problem::NotFound`] when the caller is no member of it.
pub async fn load(app: &App, caller: Caller, conversation: ConversationId) -> Result<Details, Problem> {
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            WITH session AS (
                SELECT user_id FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            found AS (
                SELECT conversation.*
                FROM session
                JOIN own_conversations AS conversation ON conversation.user_id = session.user_id
                WHERE conversation.id = $3
            )
            SELECT EXISTS (SELECT FROM session) AS "session_live!", found.*
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN found ON true
            "#,
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    row.into_details(app).await?.ok_or(Problem::NotFound)
}
