//! `GET /v1/admin/audit/verify`: checks a stretch of the audit log against its hashes, its events and the signed checkpoints.

use chain::{Entry, Event, Finding, Hash, Kind, Walk};
use serde::Serialize;
use serde_json::json;
use shared::audit;
use shared::checkpoint::Signer;
use shared::http::FieldError;
use shared::locked::LockedBucket;
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::signed::{self, Newest, OtherChain, Signed};

/// Entries that one call checks.
const ENTRIES: i64 = 10_000;
/// Problems that one answer names.
const PROBLEMS: usize = 100;
/// How old an entry may be that no checkpoint covers. The worker signs each minute.
const UNSIGNED_FOR: Duration = Duration::minutes(15);

/// What the check came to.
#[derive(Serialize)]
struct Verification {
    /// Whether nothing is wrong with what was checked.
    valid: bool,
    chain_id: Uuid,
    checked_from: i64,
    /// One less than `checked_from` when there is nothing.
    checked_to: i64,
    /// Where the log ends by its own account.
    head_seq: i64,
    /// Whether the check has come to the end.
    complete: bool,
    /// Where the next call goes on. Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after_seq: Option<i64>,
    /// The first of them.
    problems: Vec<Finding>,
    problem_count: usize,
    /// The newest one with a good signature.
    checkpoint: Option<Newest>,
    /// Logs of which the bucket has checkpoints beside this one's.
    other_chains: Vec<OtherChain>,
}

struct Row {
    session_live: bool,
    allowed: bool,
    chain_id: Option<Uuid>,
    head_seq: Option<i64>,
    head_hash: Option<Vec<u8>>,
    previous_hash: Option<Vec<u8>>,
    seq: Option<i64>,
    at: Option<OffsetDateTime>,
    bytes: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
    event: Option<String>,
}

/// Checks the stretch.
pub async fn handle(
    app: &App,
    key: &dyn Signer,
    checkpoints: &dyn LockedBucket,
    call: Call,
) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let after = number(&call, "after_seq", 0, i64::MAX - ENTRIES - 1)?.unwrap_or_default();
    let limit = number(&call, "limit", 1, ENTRIES)?.unwrap_or(ENTRIES);
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/verify_audit.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadAudit.roles(),
            after,
            // One more than asked for tells whether this is the end.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    if !rows.first().is_some_and(|row| row.allowed) {
        app.record(vec![audit::Entry::refused(caller, "verify_audit")]).await;
        return Err(Problem::RoleRequired);
    }
    let complete = !shared::http::cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let stretch = Stretch::of(after, complete, &rows)
        .ok_or_else(|| Problem::Internal("the audit log has no head, or a hash that is none".to_owned()))?;
    let mut signed = signed::read(key, checkpoints, &stretch.asked()).await?;
    if complete && let Some(newest) = signed.beyond(stretch.last()) {
        // Cut off, or grown since the statement above: then the log has the entry by now.
        let grown = has(app, newest).await?;
        signed.good.retain(|signed| !(grown && *signed == newest));
    }
    if after > stretch.head.0.max(signed.newest.as_ref().map_or(0, |newest| newest.seq)) {
        return Err(Problem::invalid("after_seq", "invalid_value", "must not be beyond the end of the log"));
    }
    let verification = stretch.check(signed, app.clock.now());
    if let Some(first) = verification.problems.first() {
        let detail =
            json!({"problem_count": verification.problem_count, "seq": first.seq, "kind": first.kind});
        tracing::error!(%detail, "the audit log is not as it was written");
        let entry = audit::Entry::by(audit::Event::AuditVerifyFail, caller);
        app.record(vec![entry.with(detail)]).await;
    }
    Reply::ok(&verification)
}

/// Whether the log has this entry with this hash now.
async fn has(app: &App, (seq, hash): (i64, Hash)) -> Result<bool, Problem> {
    let statement = || sqlx::query!("SELECT hash FROM audit_log WHERE seq = $1", seq);
    let found = app.database.fetch_all(statement).await?.pop();
    Ok(found.is_some_and(|entry| entry.hash == hash.as_bytes()))
}

fn number(call: &Call, name: &str, min: i64, max: i64) -> Result<Option<i64>, Problem> {
    let Some(number) = call.query_number(name)? else { return Ok(None) };
    if number < min {
        return Err(Problem::invalid(name, "invalid_value", format!("must be at least {min}")));
    }
    if number > max {
        return Err(Problem::InvalidRequest(vec![FieldError {
            field: name.to_owned(),
            code: "too_large",
            message: format!("must be at most {max}"),
            max: u64::try_from(max).ok(),
        }]));
    }
    Ok(Some(number))
}

/// A part of the log as it is stored.
struct Stretch<'a> {
    chain: Uuid,
    after: i64,
    previous: Option<Hash>,
    head: (i64, Hash),
    /// Whether the log ends with it.
    complete: bool,
    entries: Vec<(Entry<'a>, Event)>,
}

impl<'a> Stretch<'a> {
    fn of(after: i64, complete: bool, rows: &'a [Row]) -> Option<Self> {
        let first = rows.first()?;
        let head = (first.head_seq?, Hash::from_bytes(first.head_hash.as_deref()?)?);
        let previous = first.previous_hash.as_deref().and_then(Hash::from_bytes);
        let entry = |row: &'a Row| {
            let hash = Hash::from_bytes(row.hash.as_deref()?)?;
            let entry = Entry { seq: row.seq?, at: row.at?, bytes: row.bytes.as_deref()?, hash };
            let event = match row.event.as_deref()? {
                "same" => Event::Same,
                "missing" => Event::Missing,
                _ => Event::Changed,
            };
            Some((entry, event))
        };
        Some(Self {
            chain: first.chain_id?,
            after,
            previous: if after == 0 { Some(Hash::BEGINNING) } else { previous },
            head,
            complete,
            entries: rows.iter().filter_map(entry).collect(),
        })
    }

    /// The last entry.
    fn last(&self) -> i64 {
        self.entries.last().map_or(self.after, |(entry, _)| entry.seq)
    }

    /// What to look for among the checkpoints.
    fn asked(&self) -> signed::Asked {
        signed::Asked {
            chain: self.chain,
            after: self.after,
            hashes: self.entries.iter().map(|(entry, _)| (entry.seq, entry.hash)).collect(),
            began_at: self.entries.first().filter(|_| self.after == 0).map(|(entry, _)| entry.at),
        }
    }

    fn check(self, signed: Signed, now: OffsetDateTime) -> Verification {
        let mut walk = Walk::after(self.after, self.previous, signed.good);
        for (entry, event) in &self.entries {
            walk.step(entry, *event);
        }
        let covered = signed.newest.as_ref().map_or(0, |newest| newest.seq);
        let late = |entry: &Entry<'_>| entry.seq > covered && entry.at < now - UNSIGNED_FOR;
        if let Some((entry, _)) = self.entries.iter().find(|(entry, _)| late(entry)) {
            walk.found(entry.seq, Kind::LateCheckpoint);
        }
        if self.complete {
            walk.end(Some(self.head));
        }
        for finding in signed.findings {
            walk.found(finding.seq, finding.kind);
        }
        let (checked_to, mut problems) = (walk.seq(), walk.findings());
        let problem_count = problems.len();
        problems.truncate(PROBLEMS);
        Verification {
            valid: problem_count == 0,
            chain_id: self.chain,
            checked_from: self.after + 1,
            checked_to,
            head_seq: self.head.0,
            complete: self.complete,
            next_after_seq: (!self.complete).then_some(checked_to),
            problems,
            problem_count,
            checkpoint: signed.newest,
            other_chains: signed.other_chains,
        }
    }
}
