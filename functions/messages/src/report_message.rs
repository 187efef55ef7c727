//! `POST /v1/conversations/{conversation_id}/messages/{message_id}/report`: tells the moderators what is wrong with a
//! message. Each user has one report of a message: reporting it again gives that one back with 200 instead of 201.

use serde::Serialize;
use serde_json::{Value, json};
use shared::clock::Timestamp;
use shared::crypto::{Context, Purpose};
use shared::http::{Fields, Invalid, Parse};
use shared::id::{ConversationId, MessageId, ReportId};
use shared::idempotency::Earlier;
use shared::text::ReportComment;
use shared::{App, Call, Caller, Problem, Reply};
use uuid::Uuid;

use crate::row::check;

/// How often to try while the same user reports the same message beside us: once that is committed, the next try finds it.
const ATTEMPTS: usize = 3;

/// What can be wrong with a message.
const REASONS: [&str; 6] = ["spam", "harassment", "violence", "sexual", "illegal", "other"];

/// What the client sends.
struct NewReport {
    reason: Reason,
    comment: Option<ReportComment>,
}

impl NewReport {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let reason = fields.required("reason");
        let comment = fields.optional("comment");
        fields.finish(|| Some(Self { reason: reason?, comment }))
    }
}

struct Reason(&'static str);

impl Parse for Reason {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        let reason = REASONS.into_iter().find(|reason| *reason == name);
        reason
            .map(Self)
            .ok_or_else(|| Invalid::new("invalid_value", format!("must be one of {}", REASONS.join(", "))))
    }
}

/// What the client is told of a report.
#[derive(Serialize)]
struct Report {
    id: ReportId,
    message_id: MessageId,
    reason: String,
    /// `open`, `resolved` or `dismissed`.
    status: String,
    created_at: Timestamp,
}

/// Stores the report.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let message: MessageId = call.path_id("message_id")?;
    let request = NewReport::parse(call.fields()?)?;
    let id: ReportId = app.new_id()?;
    let asked = json!({
        "conversation": conversation,
        "message": message,
        "reason": request.reason.0,
        "comment": request.comment.as_ref().map(|comment| &comment.0),
    });
    let once = app.once(&call, "report_message", caller.user_id.0.as_bytes(), &asked).await?;
    let created_at = app.clock.now();
    let report = Report {
        id,
        message_id: message,
        reason: request.reason.0.to_owned(),
        status: "open".to_owned(),
        created_at: created_at.into(),
    };
    let kept = app.keep(&once, &Reply::created(&report)?)?;
    let comment = match &request.comment {
        Some(comment) => Some(seal_comment(app, caller, id, comment).await?),
        None => None,
    };
    let statement = || {
        sqlx::query_file!(
            "src/report_message.sql",
            caller.session_id.0,
            caller.user_id.0,
            conversation.0,
            message.0,
            id.0,
            request.reason.0,
            comment.as_ref().map(|(sealed, _)| sealed.as_slice()),
            comment.as_ref().map(|(_, keyring)| *keyring),
            created_at,
            once.key(),
            once.keyring_id(),
            kept,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = match app.database.fetch_one(statement).await {
            // The same request came twice at this moment; the next attempt finds the other's answer.
            Err(failure) if failure.constraint() == Some("idempotency_key") => continue,
            row => row?,
        };
        if row.outcome != "unauthenticated" {
            let earlier = Earlier { keyring_id: row.replayed_keyring_id, sealed: row.replayed_sealed };
            if let Some(reply) = app.replay(&once, earlier).await? {
                return Ok(reply);
            }
        }
        check(&row.outcome)?;
        let report = || {
            Some(Report {
                id: row.id?.into(),
                message_id: row.message_id?.into(),
                reason: row.reason?,
                status: row.status?,
                created_at: row.created_at?.into(),
            })
        };
        if let Some(report) = report() {
            return if report.id == id { Reply::created(&report) } else { Reply::ok(&report) };
        }
    }
    Err(Problem::unavailable("the message was being reported beside us at every attempt"))
}

/// The comment sealed, and under which K1.
async fn seal_comment(
    app: &App,
    caller: Caller,
    report: ReportId,
    comment: &ReportComment,
) -> Result<(Vec<u8>, Uuid), Problem> {
    let key = app.active_key(Purpose::Content).await?;
    let context = Context::Report { report, reporter: caller.user_id };
    Ok((app.seal_under(&key, &context, comment.0.as_bytes())?, key.id.0))
}
