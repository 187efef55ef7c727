//! A report as moderators see it: with its comment and the message that it is about.

use serde::Serialize;
use serde_json::json;
use shared::audit::{Entry, Event};
use shared::clock::Timestamp;
use shared::crypto::{Context, OpenFailure, Purpose, open};
use shared::http::message_bytes;
use shared::id::{ConversationId, MessageId, ReportId, UserId};
use shared::message::{Message, MessageRow};
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::Row as MessageColumns;

/// A row of a statement about reports. Its columns are null where there is none.
pub struct Row {
    pub session_live: bool,
    pub allowed: bool,
    pub report_id: Option<Uuid>,
    pub reported_conversation_id: Option<Uuid>,
    pub reported_message_id: Option<Uuid>,
    pub reporter_id: Option<Uuid>,
    pub reason: Option<String>,
    pub comment_sealed: Option<Vec<u8>>,
    pub comment_keyring_id: Option<Uuid>,
    pub status: Option<String>,
    pub reported_at: Option<OffsetDateTime>,
    pub handled_by: Option<Uuid>,
    pub handled_at: Option<OffsetDateTime>,
    pub id: Option<Uuid>,
    pub conversation_id: Option<Uuid>,
    pub seq: Option<i64>,
    pub change_seq: Option<i64>,
    pub client_id: Option<Uuid>,
    pub sender_id: Option<Uuid>,
    pub kind: Option<String>,
    pub epoch: Option<i32>,
    pub version: Option<i32>,
    pub sealed: Option<Vec<u8>>,
    pub created_at: Option<OffsetDateTime>,
    pub edited_at: Option<OffsetDateTime>,
    pub deleted_at: Option<OffsetDateTime>,
    pub expires_at: Option<OffsetDateTime>,
    pub key_keyring_id: Option<Uuid>,
    pub key_sealed: Option<Vec<u8>>,
    pub parts: Option<String>,
}

/// A report read, its secrets not yet opened.
pub struct Reported {
    report: Report,
    comment: Option<(Vec<u8>, Uuid)>,
    message: Option<MessageRow>,
}

/// What moderators are told of a report.
#[derive(Serialize)]
pub struct Report {
    id: ReportId,
    conversation_id: ConversationId,
    message_id: MessageId,
    reporter_id: UserId,
    reason: String,
    comment: Option<String>,
    /// `open`, `resolved` or `dismissed`.
    status: String,
    pub created_at: Timestamp,
    handled_by: Option<UserId>,
    handled_at: Option<Timestamp>,
    /// As it is now; `null` once its conversation is gone.
    message: Option<Message>,
}

impl Row {
    /// The report of this row, if it holds one.
    ///
    /// # Errors
    /// [`Problem::Internal`] when the parts of its message cannot be read.
    pub fn into_reported(self) -> Result<Option<Reported>, Problem> {
        let message = MessageColumns {
            outcome: String::new(),
            id: self.id,
            conversation_id: self.conversation_id,
            seq: self.seq,
            change_seq: self.change_seq,
            client_id: self.client_id,
            sender_id: self.sender_id,
            kind: self.kind,
            epoch: self.epoch,
            version: self.version,
            sealed: self.sealed,
            created_at: self.created_at,
            edited_at: self.edited_at,
            deleted_at: self.deleted_at,
            expires_at: self.expires_at,
            key_keyring_id: self.key_keyring_id,
            key_sealed: self.key_sealed,
            parts: self.parts,
        };
        let message = message.into_message()?;
        let report = || {
            Some(Report {
                id: self.report_id?.into(),
                conversation_id: self.reported_conversation_id?.into(),
                message_id: self.reported_message_id?.into(),
                reporter_id: self.reporter_id?.into(),
                reason: self.reason?,
                comment: None,
                status: self.status?,
                created_at: self.reported_at?.into(),
                handled_by: self.handled_by.map(UserId::from),
                handled_at: self.handled_at.map(Timestamp::from),
                message: None,
            })
        };
        let comment = self.comment_sealed.zip(self.comment_keyring_id);
        Ok(report().map(|report| Reported { report, comment, message }))
    }
}

impl Reported {
    /// About how many bytes of an answer it is.
    pub fn answer_bytes(&self) -> usize {
        let comment = self.comment.as_ref().map_or(0, |(sealed, _)| message_bytes(sealed.len()));
        comment + self.message.as_ref().map_or(message_bytes(0), MessageRow::answer_bytes)
    }
}

/// Opens comments and messages. What does not open is noted in the audit log and breaks nothing.
pub async fn open_reports(app: &App, reported: Vec<Reported>) -> Result<Vec<Report>, Problem> {
    let (mut reports, mut failures) = (Vec::with_capacity(reported.len()), Vec::new());
    for Reported { mut report, comment, message } in reported {
        if let Some((sealed, keyring)) = comment {
            match comment_of(app, &report, &sealed, keyring).await? {
                Ok(comment) => report.comment = Some(comment),
                Err(reason) => {
                    let entry = Entry::about(Event::DecryptFail, "report", report.id.0);
                    failures.push(entry.with(json!({"keyring_id": keyring, "reason": reason.to_string()})));
                }
            }
        }
        if let Some(message) = message {
            report.message = Some(app.open_message(&message).await?);
        }
        reports.push(report);
    }
    app.record(failures).await;
    Ok(reports)
}

async fn comment_of(
    app: &App,
    report: &Report,
    sealed: &[u8],
    keyring: Uuid,
) -> Result<Result<String, OpenFailure>, Problem> {
    let Some(key) = app.keyring_key(keyring.into(), &[Purpose::Content]).await? else {
        return Ok(Err(OpenFailure::KeyMissing));
    };
    let context = Context::Report { report: report.id, reporter: report.reporter_id };
    let opened = open(&key, &context, sealed);
    Ok(opened.and_then(|text| String::from_utf8(text.to_vec()).map_err(|_| OpenFailure::Format)))
}
