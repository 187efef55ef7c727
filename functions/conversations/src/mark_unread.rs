//! `PUT /v1/conversations/{conversation_id}/unread`: marks messages unread again, from one of them on, in one's own view. What
//! the others see of one's reading stays.

use shared::http::Invalid;
use shared::id::{ConversationId, Seq};
use shared::{App, Call, Problem, Reply};

use crate::notice::{ATTEMPTS, Notice};
use crate::receipt::{OwnReceipt, beyond};

/// Sets the mark and answers the watermarks with what is unread.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let mut fields = call.fields()?;
    let seq: Option<Seq> = fields.required("seq");
    if seq == Some(Seq(0)) {
        fields.wrong::<()>("seq", Invalid::new("invalid_value", "must be at least 1"));
    }
    let seq = fields.finish(|| seq)?;
    let event = app.new_event()?;
    let statement = || {
        sqlx::query_file!(
            "src/mark_unread.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            seq.0,
            event.0,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        let last_seq = row.last_seq.ok_or(Problem::NotFound)?;
        if seq.0 > last_seq {
            return Err(beyond("seq", last_seq));
        }
        let receipt = || {
            Some(OwnReceipt {
                user_id: caller.user_id,
                delivered_seq: row.delivered_seq?.into(),
                read_seq: row.read_seq?.into(),
                unread_count: row.unread_count?,
            })
        };
        // Without one, a message of their own came beside us: nothing was written.
        if let Some(receipt) = receipt() {
            return Reply::ok(&receipt);
        }
    }
    Err(Notice::given_up())
}
