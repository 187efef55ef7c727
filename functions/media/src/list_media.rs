//! `GET /v1/conversations/{conversation_id}/media`: the gallery: files of its messages, the newest first.
//!
//! Of the messages that the caller may read: not those from before they joined, and not those that are gone.

mod cursor;

use serde::Serialize;
use shared::clock::Timestamp;
use shared::http::{cut, fitting_bytes, limit};
use shared::id::{ConversationId, MessageId, Seq, UserId};
use shared::media::{Media, MediaRow};
use shared::message::Opener;
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;
use uuid::Uuid;

use self::cursor::Cursor;
use crate::preview::Kind;

/// A file, and the message that holds it.
#[derive(Serialize)]
struct Item {
    message_id: MessageId,
    seq: Seq,
    sender_id: UserId,
    /// When the message was sent.
    created_at: Timestamp,
    media: Media,
}

#[derive(Serialize)]
struct Page {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A row of `list_media.sql`; all but the outcome null when there is nothing to show.
struct Row {
    outcome: String,
    message_id: Option<Uuid>,
    seq: Option<i64>,
    position: Option<i16>,
    sender_id: Option<Uuid>,
    created_at: Option<OffsetDateTime>,
    part: Option<String>,
}

/// A file of the page.
struct Held {
    message_id: MessageId,
    place: Cursor,
    sender_id: UserId,
    created_at: OffsetDateTime,
    file: MediaRow,
}

impl Row {
    fn into_held(self) -> Result<Option<Held>, Problem> {
        let Some(part) = self.part else { return Ok(None) };
        let file = MediaRow::read(&part)?;
        let held = || {
            Some(Held {
                message_id: self.message_id?.into(),
                place: Cursor { seq: self.seq?, position: self.position? },
                sender_id: self.sender_id?.into(),
                created_at: self.created_at?,
                file,
            })
        };
        held().map(Some).ok_or_else(|| Problem::Internal("a file came without its message".to_owned()))
    }
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let limit = limit(&call)?;
    let after = Cursor::of(&call)?;
    let kinds = kinds(&call)?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_media.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            &kinds,
            after.seq,
            after.position,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    match rows.first().map_or("unauthenticated", |row| &row.outcome) {
        "unauthenticated" => return Err(Problem::Unauthenticated),
        "not_found" => return Err(Problem::NotFound),
        _ => {}
    }
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        held.extend(row.into_held()?);
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let shown = fitting_bytes(held.iter().map(|held| 300 + held.file.answer_bytes())).min(limit);
    let more = cut(&mut held, shown);
    let next_cursor = held.last().filter(|_| more).map(|last| last.place.encode());
    let now = app.clock.now();
    let mut opener = Opener::new(app);
    let mut items = Vec::with_capacity(held.len());
    for held in held {
        let details = opener.open_media(&held.file).await?;
        items.push(Item {
            message_id: held.message_id,
            seq: held.place.seq.into(),
            sender_id: held.sender_id,
            created_at: held.created_at.into(),
            media: Media::of(&held.file, details, opener.links(), now),
        });
    }
    opener.finish().await;
    Reply::ok(&Page { items, next_cursor })
}

/// The kinds that are asked for: one, or all.
fn kinds(call: &Call) -> Result<Vec<String>, Problem> {
    let Some(name) = call.query("kind") else {
        return Ok(Kind::ALL.map(|kind| kind.name().to_owned()).to_vec());
    };
    let kind = Kind::named(name)
        .ok_or_else(|| Problem::invalid("kind", "invalid_value", "must be image, video, audio or file"))?;
    Ok(vec![kind.name().to_owned()])
}
