//! `PATCH /v1/admin/reports/{report_id}`: notes what was done about a report. For moderators and admins.

use serde_json::Value;
use shared::audit::Entry;
use shared::http::{Invalid, Parse};
use shared::id::ReportId;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};

use crate::reported::{Row, open_reports};

/// How a report stands.
#[derive(Clone, Copy)]
pub(crate) enum ReportStatus {
    /// Nobody has looked at it, or it was taken up again.
    Open,
    /// Something was done.
    Resolved,
    /// There is nothing to do.
    Dismissed,
}

impl ReportStatus {
    const ALL: [Self; 3] = [Self::Open, Self::Resolved, Self::Dismissed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, Invalid> {
        let status = Self::ALL.into_iter().find(|status| status.name() == name);
        status.ok_or_else(|| Invalid::new("invalid_value", "must be open, resolved or dismissed"))
    }
}

impl Parse for ReportStatus {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Self::named(value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?)
    }
}

/// Makes the change and answers the whole report.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let report: ReportId = call.path_id("report_id")?;
    let mut fields = call.fields()?;
    let status: Option<ReportStatus> = fields.required("status");
    let status = fields.finish(|| status)?;
    let stamp = app.stamp()?;
    let now = app.clock.now();
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/update_report.sql",
            caller.session_id.0,
            caller.user_id.0,
            report.0,
            &Action::HandleReports.roles(),
            status.name(),
            stamp.id,
            stamp.address,
            stamp.request_id,
            now,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    if !row.session_live {
        return Err(Problem::Unauthenticated);
    }
    if !row.allowed {
        let entry = Entry { subject: Some(("report", report.0)), ..Entry::refused(caller, "update_report") };
        app.record(vec![entry]).await;
        return Err(Problem::RoleRequired);
    }
    let reported = row.into_reported()?.ok_or(Problem::NotFound)?;
    let report = open_reports(app, vec![reported]).await?.pop();
    Reply::ok(&report.ok_or(Problem::NotFound)?)
}
