//! `PUT /v1/conversations/{conversation_id}/receipts`: says how far messages have reached the caller and how far they have read.
//!
//! Watermarks never move back: what is behind them changes nothing. Reading a message is getting it.

use shared::http::{Fields, Invalid};
use shared::id::{ConversationId, Seq};
use shared::{App, Call, Problem, Reply};

use crate::receipt::{OwnReceipt, beyond};

/// What the client sends.
struct Watermarks {
    delivered_seq: Option<Seq>,
    read_seq: Option<Seq>,
}

impl Watermarks {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let nothing = fields.is_empty();
        let delivered_seq = fields.optional("delivered_seq");
        let read_seq = fields.optional("read_seq");
        if nothing {
            fields.wrong::<()>("", Invalid::new("required", "must name delivered_seq or read_seq"));
        }
        fields.finish(|| Some(Self { delivered_seq, read_seq }))
    }
}

/// Moves the watermarks and answers them.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let Watermarks { delivered_seq, read_seq } = Watermarks::parse(call.fields()?)?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file!(
            "src/update_receipts.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            delivered_seq.map(|seq| seq.0),
            read_seq.map(|seq| seq.0),
            event.0,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    let last_seq = row.last_seq.ok_or(Problem::NotFound)?;
    for (field, seq) in [("delivered_seq", delivered_seq), ("read_seq", read_seq)] {
        if seq.is_some_and(|seq| seq.0 > last_seq) {
            return Err(beyond(field, last_seq));
        }
    }
    let receipt = || {
        Some(OwnReceipt {
            user_id: caller.user_id,
            delivered_seq: row.delivered_seq?.into(),
            read_seq: row.read_seq?.into(),
            unread_count: row.unread_count?,
        })
    };
    Reply::ok(&receipt().ok_or_else(|| Problem::Internal("a member has no watermarks".to_owned()))?)
}
