//! `PATCH /v1/admin/users/{user_id}`: gives a user another role, suspends them or lets them in again. The last admin stays.

use shared::audit::Entry;
use shared::http::Fields;
use shared::id::{OutboxId, UserId};
use shared::policy::{Action, Role};
use shared::{App, Call, Caller, Problem, Reply};

use crate::user::Row;

/// How often to try while others change the same user beside us.
const ATTEMPTS: usize = 8;

/// What the client sends. What is left out stays.
struct Changes {
    role: Option<Role>,
    suspended: Option<bool>,
}

impl Changes {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let role = fields.optional("role");
        let suspended = fields.optional("suspended");
        fields.finish(|| Some(Self { role, suspended }))
    }
}

/// Makes the change and answers the whole user.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user: UserId = call.path_id("user_id")?;
    let changes = Changes::parse(call.fields()?)?;
    let (role_event, suspension_event) = (app.stamp()?, app.stamp()?);
    // Only a suspension ends sessions, so only then there is something to tell.
    let ended = if changes.suspended == Some(true) { app.new_event()? } else { OutboxId(app.new_id()?) };
    let suspenders: Vec<String> = Role::ALL
        .into_iter()
        .flat_map(|of| Action::Suspend(of).roles().into_iter().map(move |by| format!("{by} {}", of.name())))
        .collect();
    let statement = || {
        sqlx::query_file!(
            "src/update_admin_user.sql",
            caller.session_id.0,
            caller.user_id.0,
            user.0,
            &Action::ListUsers.roles(),
            &Action::ChangeRoles.roles(),
            &suspenders,
            changes.role.map(Role::name),
            changes.suspended,
            role_event.id,
            suspension_event.id,
            role_event.address,
            role_event.request_id,
            ended.0,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        if !row.administers {
            return refuse(app, caller, user).await;
        }
        if !row.known {
            return Err(Problem::NotFound);
        }
        if !row.allowed {
            return refuse(app, caller, user).await;
        }
        if row.last_admin {
            return Err(Problem::LastAdmin);
        }
        let after = Row {
            session_live: true,
            allowed: true,
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            role: row.role,
            suspended: row.suspended,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        };
        if let Some(user) = after.into_user() {
            return Reply::ok(&user);
        }
        // Somebody else changed them at this moment, and what they may do with them may be another thing now.
    }
    Err(Problem::unavailable("the user was changed at every attempt"))
}

async fn refuse(app: &App, caller: Caller, user: UserId) -> Result<Reply, Problem> {
    let entry = Entry { subject: Some(("user", user.0)), ..Entry::refused(caller, "update_user") };
    app.record(vec![entry]).await;
    Err(Problem::RoleRequired)
}
