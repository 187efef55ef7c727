//! `GET /v1/admin/audit`: the security events, newest first, each with its place in the chain: pages that are saved are an export
//! that can be checked without us (docs/audit.md).

use chain::Hash;
use serde::Serialize;
use serde_json::Value;
use shared::audit::Entry;
use shared::clock::Timestamp;
use shared::http::{Cursor, Parse, cut, limit};
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

/// Events that one request looks at, at the most: where the rest of a filter leaves few of them, a page ends early.
const LOOKS_AT: i64 = 10_000;
/// Characters of an event's name.
const EVENT_CHARS: usize = 64;

/// What is asked for.
struct Filter {
    subject_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    event: Option<String>,
    /// From this time on.
    from: OffsetDateTime,
    /// Before this event, whether it exists or not.
    before: Cursor,
    /// Whether this is the first page.
    begins: bool,
}

impl Filter {
    fn of(call: &Call) -> Result<Self, Problem> {
        let from = parameter(call, "from")?.unwrap_or(datetime!(0001-01-01 00:00 UTC));
        let to = parameter(call, "to")?.unwrap_or(datetime!(9999-12-31 23:59:59 UTC));
        if to < from {
            return Err(Problem::invalid("to", "invalid_value", "must not be before from"));
        }
        // No id is smaller than this one: what happened at `to` itself is left out.
        let end = Cursor { time: to, id: Uuid::nil() };
        let cursor = Cursor::of(call)?;
        let before = cursor.filter(|cursor| (cursor.time, cursor.id) < (end.time, end.id)).unwrap_or(end);
        Ok(Self {
            subject_id: parameter(call, "subject_id")?,
            actor_id: parameter(call, "actor_id")?,
            event: call.query("event").map(event_name).transpose()?,
            from,
            before,
            begins: cursor.is_none(),
        })
    }

    /// The part of the filter whose index is walked along.
    fn leads(&self) -> &'static str {
        match self {
            Self { subject_id: Some(_), .. } => "subject_id",
            Self { actor_id: Some(_), .. } => "actor_id",
            Self { event: Some(_), .. } => "event",
            _ => "at",
        }
    }
}

fn parameter<T: Parse>(call: &Call, name: &str) -> Result<Option<T>, Problem> {
    let parse = |text: &str| T::parse(&text.into()).map_err(|invalid| Problem::field(name, invalid));
    call.query(name).map(parse).transpose()
}

fn event_name(name: &str) -> Result<String, Problem> {
    let is_one = !name.is_empty()
        && name.len() <= EVENT_CHARS
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let name = is_one.then(|| name.to_owned());
    name.ok_or_else(|| Problem::invalid("event", "invalid_format", "must be the name of an event"))
}

/// Whom or what an event was about.
#[derive(Serialize)]
struct Subject {
    r#type: String,
    id: Uuid,
}

/// An event's place in the chain.
#[derive(Serialize)]
struct Chained {
    seq: i64,
    /// 64 hexadecimal digits.
    hash: String,
    /// What was chained, to the byte.
    entry: String,
}

/// An event.
#[derive(Serialize)]
struct Item {
    id: Uuid,
    at: Timestamp,
    event: String,
    actor_id: Option<Uuid>,
    session_id: Option<Uuid>,
    subject: Option<Subject>,
    address: Option<String>,
    request_id: Option<String>,
    detail: Value,
    /// Null until the worker has chained it.
    chain: Option<Chained>,
}

/// A page of events.
#[derive(Serialize)]
struct Page {
    items: Vec<Item>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

struct Row {
    session_live: bool,
    allowed: bool,
    id: Option<Uuid>,
    at: Option<OffsetDateTime>,
    event: Option<String>,
    actor_id: Option<Uuid>,
    session_id: Option<Uuid>,
    subject_type: Option<String>,
    subject_id: Option<Uuid>,
    address: Option<String>,
    request_id: Option<String>,
    detail: Option<String>,
    seq: Option<i64>,
    hash: Option<Vec<u8>>,
    bytes: Option<Vec<u8>>,
    /// Whether the filter wants it.
    wanted: Option<bool>,
    /// Whether it is the last that the request looks at.
    last: Option<bool>,
}

impl Row {
    fn cursor(&self) -> Option<String> {
        Some(Cursor { time: self.at?, id: self.id? }.encode())
    }

    fn into_item(self) -> Option<Item> {
        let chained = |(seq, (hash, bytes)): (i64, (Vec<u8>, Vec<u8>))| Chained {
            seq,
            hash: Hash::from_bytes(&hash).map(|hash| hash.to_string()).unwrap_or_default(),
            entry: String::from_utf8_lossy(&bytes).into_owned(),
        };
        Some(Item {
            id: self.id?,
            at: self.at?.into(),
            event: self.event?,
            actor_id: self.actor_id,
            session_id: self.session_id,
            subject: self.subject_type.zip(self.subject_id).map(|(r#type, id)| Subject { r#type, id }),
            address: self.address,
            request_id: self.request_id,
            detail: self.detail.and_then(|detail| serde_json::from_str(&detail).ok()).unwrap_or_default(),
            chain: self.seq.zip(self.hash.zip(self.bytes)).map(chained),
        })
    }
}

/// Answers the page, and records that somebody reads.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let filter = Filter::of(&call)?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_audit_events.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadAudit.roles(),
            filter.leads(),
            filter.subject_id,
            filter.actor_id,
            filter.event,
            filter.from,
            filter.before.time,
            filter.before.id,
            LOOKS_AT,
            // One more than asked for tells whether there is a next page.
            limit + 1,
            filter.begins,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    if !rows.first().is_some_and(|row| row.allowed) {
        app.record(vec![Entry::refused(caller, "read_audit")]).await;
        return Err(Problem::RoleRequired);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows.last().filter(|row| has_next || row.last == Some(true)).and_then(Row::cursor);
    let wanted = rows.into_iter().filter(|row| row.wanted == Some(true));
    Reply::ok(&Page { items: wanted.filter_map(Row::into_item).collect(), next_cursor: end })
}
