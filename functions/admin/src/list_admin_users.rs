//! `GET /v1/admin/users`: users by name, for those who administer: those whose name begins with `q`, those of a role, or
//! those who are suspended.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use shared::audit::Entry;
use shared::http::{cut, limit};
use shared::policy::{Action, Role};
use shared::text::UsernamePrefix;
use shared::{App, Call, Problem, Reply};

use crate::user::{AdminUser, Row};

/// What is asked for. One at a time: each has its own index.
struct Filter {
    /// `name`, `role` or `suspended`.
    kind: &'static str,
    /// The prefix or the role.
    value: String,
}

impl Filter {
    fn of(call: &Call) -> Result<Self, Problem> {
        match (call.query("q"), call.query("role"), call.query_flag("suspended")?) {
            (None, None, None) => Ok(Self { kind: "name", value: String::new() }),
            (Some(prefix), None, None) => {
                let prefix = UsernamePrefix::of(prefix).ok_or_else(|| {
                    Problem::invalid("q", "invalid_format", "must be the beginning of a user name")
                })?;
                Ok(Self { kind: "name", value: prefix.0 })
            }
            (None, Some(role), None) => match Role::named(role) {
                Some(role) if role != Role::User => Ok(Self { kind: "role", value: role.name().to_owned() }),
                _ => Err(Problem::invalid("role", "invalid_value", "must be moderator, admin or auditor")),
            },
            (None, None, Some(true)) => Ok(Self { kind: "suspended", value: String::new() }),
            (None, None, Some(false)) => Err(Problem::invalid("suspended", "invalid_value", "must be true")),
            _ => Err(Problem::invalid("q", "invalid_value", "give one of q, role and suspended")),
        }
    }
}

/// A page of users.
#[derive(Serialize)]
struct Page {
    items: Vec<AdminUser>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let limit = limit(&call)?;
    let filter = Filter::of(&call)?;
    let after = after(&call)?.unwrap_or_default();
    let statement = || {
        sqlx::query_file_as!(
            Row,
            "src/list_admin_users.sql",
            caller.session_id.0,
            caller.user_id.0,
            &Action::ListUsers.roles(),
            filter.kind,
            filter.value,
            after,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let mut rows = app.database.fetch_all(statement).await?;
    if !rows.first().is_some_and(|row| row.session_live) {
        return Err(Problem::Unauthenticated);
    }
    if !rows.first().is_some_and(|row| row.allowed) {
        app.record(vec![Entry::refused(caller, "list_users")]).await;
        return Err(Problem::RoleRequired);
    }
    let has_next = cut(&mut rows, usize::try_from(limit).unwrap_or_default());
    let end = rows.last().filter(|_| has_next).and_then(|row| row.username.clone());
    Reply::ok(&Page {
        items: rows.into_iter().filter_map(Row::into_user).collect(),
        next_cursor: end.map(|name| URL_SAFE_NO_PAD.encode(name)),
    })
}

/// The name that the page before ended with.
fn after(call: &Call) -> Result<Option<String>, Problem> {
    let Some(cursor) = call.query("cursor") else { return Ok(None) };
    let name = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|name| String::from_utf8(name).ok());
    let name = name.and_then(|name| UsernamePrefix::of(&name));
    let name =
        name.ok_or_else(|| Problem::invalid("cursor", "invalid_value", "is not a next_cursor of this list"))?;
    Ok(Some(name.0))
}
