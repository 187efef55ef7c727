//! `GET /v1/conversations/{conversation_id}/messages/{message_id}/history`: what a message said before its edits, the
//! latest first.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use shared::clock::Timestamp;
use shared::http::{cut, fitting, limit};
use shared::id::{ConversationId, MessageId, Revision};
use shared::message::{MessagePlace, Opener, Sealed};
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::check;

/// An earlier version of a message.
#[derive(Serialize)]
struct Earlier {
    version: Revision,
    /// `null` when there was none, or when it cannot be opened.
    text: Option<String>,
    /// `undecryptable` when it cannot be opened; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    /// When it was written.
    created_at: Timestamp,
}

/// A page of earlier versions.
#[derive(Serialize)]
struct Page {
    items: Vec<Earlier>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The statement's rows: `get_message_history.sql`.
struct Row {
    outcome: String,
    id: Option<Uuid>,
    conversation_id: Option<Uuid>,
    sender_id: Option<Uuid>,
    kind: Option<String>,
    version: Option<i32>,
    epoch: Option<i32>,
    sealed: Option<Vec<u8>>,
    created_at: Option<OffsetDateTime>,
    key_keyring_id: Option<Uuid>,
    key_sealed: Option<Vec<u8>>,
}

impl Row {
    fn sealed(&self) -> Option<Sealed<'_>> {
        Some(Sealed {
            conversation: self.conversation_id?.into(),
            place: MessagePlace {
                id: self.id?.into(),
                sender: self.sender_id?.into(),
                kind: self.kind.as_deref()?,
                version: self.version?.into(),
            },
            epoch: self.epoch?.into(),
            key: self.key_keyring_id.map(Into::into).zip(self.key_sealed.as_deref()),
            bytes: self.sealed.as_deref(),
        })
    }
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let limit = limit(&call)?;
    let before = before(&call)?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/get_message_history.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            before,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    check(rows.first().map_or("unauthenticated", |row| &row.outcome))?;
    let shown = fitting(rows.iter().map(|row| row.sealed.as_ref().map_or(0, Vec::len)));
    let has_next = cut(&mut rows, shown.min(usize::try_from(limit).unwrap_or_default()));
    let next_cursor = rows.last().filter(|_| has_next).and_then(|row| row.version).map(cursor);

    let mut opener = Opener::new(app);
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let (Some(sealed), Some(created_at)) = (row.sealed(), row.created_at) else { continue };
        let said = opener.open(sealed).await?;
        items.push(Earlier {
            version: sealed.place.version,
            error: said.is_err().then_some("undecryptable"),
            text: said.ok().and_then(|content| content.text),
            created_at: created_at.into(),
        });
    }
    opener.finish().await;
    Reply::ok(&Page { items, next_cursor })
}

fn cursor(version: i32) -> String {
    URL_SAFE_NO_PAD.encode(version.to_be_bytes())
}

/// The version that the page before ended with.
fn before(call: &Call) -> Result<Option<i32>, Problem> {
    let Some(cursor) = call.query("cursor") else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    let bytes = bytes
        .ok_or_else(|| Problem::invalid("cursor", "invalid_value", "is not a next_cursor of this list"))?;
    Ok(Some(i32::from_be_bytes(bytes)))
}
