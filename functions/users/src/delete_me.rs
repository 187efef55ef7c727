//! `DELETE /v1/users/me`: erases one's own account. Credentials, sessions and personal data go; messages stay with their
//! readers, by a deleted user. The answer is the receipt, which an entry of the audit log bears out.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::{OutboxId, UserId};
use shared::outbox;
use shared::text::Password;
use shared::{App, Call, Problem, Reply};
use uuid::Uuid;

use crate::own_password::check;

/// How often to try while the members of the account's groups change beside us.
const ATTEMPTS: usize = 8;

/// What is left.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the name of the contract")]
struct Receipt {
    /// The audit event that the erasure is known by.
    receipt_id: Uuid,
    user_id: UserId,
    erased_at: Timestamp,
}

/// Erases the account.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let mut fields = call.fields_with_password()?;
    let password: Option<Password> = fields.required("password");
    let password = fields.finish(|| password)?;
    let checked = check(app, caller, &password).await?;
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/delete_me.sql",
            caller.session_id.0,
            caller.user_id.0,
            checked.version.0,
            stamp.id,
            stamp.address,
            stamp.request_id,
        )
    };
    for _ in 0..ATTEMPTS {
        let row = app.database.fetch_one(statement).await?;
        match (row.erased_at, row.session_live, row.last_admin) {
            (Some(erased_at), _, _) => {
                // As many as there were groups: the statement makes their ids. A repeat leaves them to the sweep.
                row.events.into_iter().map(OutboxId).for_each(outbox::note);
                let receipt =
                    Receipt { receipt_id: stamp.id, user_id: caller.user_id, erased_at: erased_at.into() };
                return Reply::accepted(&receipt);
            }
            (None, false, _) => return Err(Problem::Unauthenticated),
            (None, true, true) => return Err(Problem::LastAdmin),
            // Members of one of their groups came or went at this moment.
            (None, true, false) if row.again => {}
            // Another password was set meanwhile.
            (None, true, false) => return Err(Problem::WrongPassword),
        }
    }
    Err(Problem::unavailable("groups changed at every attempt"))
}
