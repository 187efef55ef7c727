//! `GET /v1/admin/reports`: what members have reported, newest first, with the messages themselves. For moderators and
//! admins, who need not be members of the conversation: each page that shows something is a security event.

use serde::Serialize;
use shared::audit::Entry;
use shared::http::{Cursor, cut, fitting_bytes, limit};
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

use crate::reported::{Report, Reported, Row, open_reports};
use crate::update_report::ReportStatus;

/// A page of reports.
#[derive(Serialize)]
struct Page {
    items: Vec<Report>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let after = Cursor::of(&call)?;
    let status = match call.query("status") {
        None => ReportStatus::Open,
        Some(name) => ReportStatus::named(name).map_err(|invalid| Problem::field("status", invalid))?,
    };
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_reports.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::HandleReports.roles(),
            status.name(),
            after.map(|cursor| cursor.time),
            after.map_or(Uuid::max(), |cursor| cursor.id),
            // One more than asked for tells whether there is a next page.
            limit + 1,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    if !rows.first().is_some_and(|row| row.allowed) {
        app.record(vec![Entry::refused(caller, "list_reports")]).await;
        return Err(Problem::RoleRequired);
    }
    let (mut reported, mut places) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let place = row.reported_at.zip(row.report_id);
        reported.extend(row.into_reported()?);
        places.extend(place.map(|(time, id)| Cursor { time, id }));
    }
    // Pages of very long messages end where Lambda's answer does.
    let fitting = fitting_bytes(reported.iter().map(Reported::answer_bytes));
    let has_next = cut(&mut reported, fitting.min(usize::try_from(limit).unwrap_or_default()));
    let end = reported.len().checked_sub(1).filter(|_| has_next).and_then(|last| places.get(last));
    let next_cursor = end.map(Cursor::encode);
    Reply::ok(&Page { items: open_reports(app, reported).await?, next_cursor })
}
