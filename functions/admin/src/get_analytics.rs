//! `GET /v1/admin/analytics`: what happened in each hour, all users together, the oldest hour first.

use serde::Serialize;
use serde_json::{Map, Value};
use shared::audit::Entry;
use shared::clock::Timestamp;
use shared::http::{Cursor, Parse, cut, limit};
use shared::policy::Action;
use shared::{App, Call, Problem, Reply};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The longest stretch of one list.
const LONGEST: Duration = Duration::days(366);
/// The stretch when the client names none.
const USUAL: Duration = Duration::days(1);

/// An hour. Its counts are as `roll_up_analytics.sql` writes them.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the name of the contract")]
struct Hour {
    hour: Timestamp,
    #[serde(flatten)]
    counts: Map<String, Value>,
    computed_at: Timestamp,
}

/// A page of hours.
#[derive(Serialize)]
struct Page {
    items: Vec<Hour>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What is asked for: hours that begin at `from` or later and before `to`.
struct Stretch {
    from: OffsetDateTime,
    to: OffsetDateTime,
}

impl Stretch {
    fn of(call: &Call, now: OffsetDateTime) -> Result<Self, Problem> {
        let to = time(call, "to")?.unwrap_or(now);
        let from = match time(call, "from")? {
            Some(from) => from,
            None => to.checked_sub(USUAL).unwrap_or(to),
        };
        if to < from {
            return Err(Problem::invalid("to", "invalid_value", "must not be before from"));
        }
        if to - from > LONGEST {
            return Err(Problem::invalid("to", "invalid_value", "must be at most 366 days after from"));
        }
        Ok(Self { from, to })
    }
}

fn time(call: &Call, name: &str) -> Result<Option<OffsetDateTime>, Problem> {
    let parse = |text: &str| {
        <OffsetDateTime as Parse>::parse(&text.into()).map_err(|invalid| Problem::field(name, invalid))
    };
    call.query(name).map(parse).transpose()
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let stretch = Stretch::of(&call, app.clock.now())?;
    let after = Cursor::of(&call)?.map(|cursor| cursor.time);
    let statement = || {
        sqlx::query!(
            r#"
            WITH live AS (
                SELECT role FROM live_sessions WHERE id = $1 AND user_id = $2
            ),
            allowed AS (
                SELECT FROM live WHERE live.role = ANY ($3::text[])
            )
            SELECT EXISTS (SELECT FROM live) AS "session_live!", EXISTS (SELECT FROM allowed) AS "allowed!",
                   found.hour AS "hour?", found.counts::text AS "counts?", found.computed_at AS "computed_at?"
            FROM (VALUES (0)) AS one (row)
            LEFT JOIN LATERAL (
                SELECT held.*
                FROM analytics_hourly AS held
                WHERE EXISTS (SELECT FROM allowed)
                  AND held.hour >= $4 AND held.hour < $5 AND ($6::timestamptz IS NULL OR held.hour > $6)
                ORDER BY held.hour
                LIMIT $7
            ) AS found ON true
            ORDER BY found.hour
            "#,
            caller.session_id.0,
            caller.user_id.0,
            &Action::ReadAnalytics.roles(),
            stretch.from,
            stretch.to,
            after,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    let (live, allowed) = rows.first().map_or((false, false), |row| (row.session_live, row.allowed));
    if !live {
        return Err(Problem::Unauthenticated);
    }
    if !allowed {
        app.record(vec![Entry::refused(caller, "read_analytics")]).await;
        return Err(Problem::RoleRequired);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows.last().filter(|_| has_next).and_then(|row| row.hour);
    let items = rows.into_iter().filter_map(|row| {
        Some(Hour {
            hour: row.hour?.into(),
            counts: serde_json::from_str(&row.counts?).ok()?,
            computed_at: row.computed_at?.into(),
        })
    });
    Reply::ok(&Page {
        items: items.collect(),
        next_cursor: end.map(|time| Cursor { time, id: Uuid::nil() }.encode()),
    })
}
