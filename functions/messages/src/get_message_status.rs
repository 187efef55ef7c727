//! `GET /v1/conversations/{conversation_id}/messages/{message_id}/status`: how far a message has come.

use serde::Serialize;
use shared::id::{ConversationId, MessageId, Seq, UserId};
use shared::{App, Call, Problem, Reply};

use crate::row::check;

/// How many members are told of by name: as many as a group has.
const MEMBERS: i64 = 1_000;

/// How far a message has come with all those it was sent to.
#[derive(Serialize)]
struct Reach {
    /// `read` when all have read it, `delivered` when it has reached all, else `sent`.
    status: &'static str,
    delivered_count: i64,
    read_count: i64,
    /// Those it was sent to: members other than its sender who were there already.
    member_count: i64,
    members: Vec<MemberStatus>,
}

/// How far it has come with one of them.
#[derive(Serialize)]
struct MemberStatus {
    user_id: UserId,
    delivered_at_seq: Seq,
    /// `null` for one who does not send read receipts.
    read_at_seq: Option<Seq>,
    status: &'static str,
}

/// Answers the status.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let statement = || {
        sqlx::query_file!(
            "src/get_message_status.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            MEMBERS,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let first = rows.first().ok_or(Problem::Unauthenticated)?;
    check(&first.outcome)?;
    let seq = first.seq.ok_or(Problem::NotFound)?;
    let (member_count, delivered_count, read_count) =
        (first.member_count, first.delivered_count, first.read_count);
    let members = rows.iter().filter_map(|row| {
        let (delivered, read) = (row.delivered_seq? >= seq, row.read_seq.is_some_and(|read| read >= seq));
        Some(MemberStatus {
            user_id: row.user_id?.into(),
            delivered_at_seq: row.delivered_seq?.into(),
            read_at_seq: row.read_seq.map(Seq),
            status: word(delivered, read),
        })
    });
    Reply::ok(&Reach {
        // Where there is nobody to reach, it has reached nobody.
        status: word(
            member_count > 0 && delivered_count == member_count,
            member_count > 0 && read_count == member_count,
        ),
        delivered_count,
        read_count,
        member_count,
        members: members.collect(),
    })
}

fn word(delivered: bool, read: bool) -> &'static str {
    match (delivered, read) {
        (_, true) => "read",
        (true, false) => "delivered",
        (false, false) => "sent",
    }
}
