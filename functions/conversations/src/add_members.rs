//! `POST /v1/conversations/{conversation_id}/members`: adds members to a group. For its owner and admins. Who is a member
//! already stays as they are.

use serde::Serialize;
use serde_json::json;
use shared::audit::Entry;
use shared::http::{Fields, Invalid};
use shared::id::{ConversationId, OutboxId, UserId};
use shared::idempotency::{Earlier, Once};
use shared::limits::{MEMBERS, MEMBERS_PER_CALL};
use shared::membership::{GroupAction, SystemAction};
use shared::{App, Call, Caller, Problem, Reply};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::member::{Member, Row as MemberRow};
use crate::notice::{ATTEMPTS, Notice, SealedNotice};

/// The members that were named.
#[derive(Serialize)]
struct Added {
    items: Vec<Member>,
}

impl Added {
    /// Those of the rows: with 201 when one of them is new.
    fn reply(rows: &mut Vec<Row>, added: bool) -> Result<Reply, Problem> {
        let body = Self { items: rows.drain(..).filter_map(Row::into_member).collect() };
        if added { Reply::created(&body) } else { Reply::ok(&body) }
    }
}

/// The row that says what is true of all.
fn first(rows: &mut [Row]) -> Result<&mut Row, Problem> {
    rows.first_mut().ok_or_else(|| Problem::Internal("nobody was named".to_owned()))
}

/// Each user once, in order.
fn user_ids(mut fields: Fields) -> Result<Vec<Uuid>, Problem> {
    let ids: Option<Vec<UserId>> = fields.required("user_ids");
    let ids = ids.and_then(|ids| match ids.len() {
        0 => fields.wrong("user_ids", Invalid::new("too_short", "must name at least one user")),
        1..=MEMBERS_PER_CALL => Some(ids),
        _ => fields.wrong("user_ids", Invalid::too_many("too_long", MEMBERS_PER_CALL, "users")),
    });
    let mut ids: Vec<Uuid> = fields.finish(|| ids)?.into_iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// What does not change between attempts.
struct Adding {
    caller: Caller,
    conversation: ConversationId,
    named: Vec<Uuid>,
    roles: Vec<String>,
    notice: Notice,
    event: OutboxId,
    once: Once,
    kept: Option<Vec<u8>>,
}

/// A row of the statement, one for each user that was named.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the statement")]
struct Row {
    session_live: bool,
    added: bool,
    r#type: Option<String>,
    role: Option<String>,
    key_epoch: Option<i32>,
    key_keyring_id: Option<Uuid>,
    key_sealed: Option<Vec<u8>>,
    replayed_keyring_id: Option<Uuid>,
    replayed_sealed: Option<Vec<u8>>,
    next_epoch: Option<i32>,
    id: Uuid,
    known: bool,
    blocked: bool,
    present: bool,
    username: Option<String>,
    display_name: Option<String>,
    deleted: bool,
    member_role: Option<String>,
    joined_at: Option<OffsetDateTime>,
}

/// Adds the members and answers those that were named: with 201 when one of them is new.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation = call.path_id("conversation_id")?;
    let named = user_ids(call.fields()?)?;
    let asked = json!({"conversation": conversation, "user_ids": named});
    let once = app.once(&call, "add_members", caller.user_id.0.as_bytes(), &asked).await?;
    // Who they are and when they came, only the statement knows: it keeps that itself.
    let kept = app.keep(&once, &Reply::created(&json!(null))?)?;
    let adding = Adding {
        caller,
        conversation,
        named,
        roles: GroupAction::AddMembers.roles(),
        notice: Notice::new(app, conversation, caller.user_id)?,
        event: app.new_event()?,
        once,
        kept,
    };

    let mut key = app.epoch_hints.key(conversation);
    let mut new = adding.named.clone();
    for _ in 0..ATTEMPTS {
        let what = SystemAction {
            action: "members_added".to_owned(),
            user_ids: new.iter().copied().map(UserId).collect(),
            ..SystemAction::default()
        };
        let sealed = adding.notice.seal(app, key.as_ref(), &what).await?;
        let Some(mut rows) = adding.run(app, &new, &sealed).await? else { continue };
        let earlier = first(&mut rows)?.earlier();
        if let Some(reply) = app.replay_with(&adding.once, earlier, || Added::reply(&mut rows, true)).await? {
            return Ok(reply);
        }
        adding.check(app, &mut rows).await?;
        let added = rows.iter().any(|row| row.added);
        if added || rows.iter().all(|row| row.present) {
            return Added::reply(&mut rows, added);
        }
        // Nothing was written: some are members already, or the key was unknown or is no longer the current one.
        new = rows.iter().filter(|row| !row.present).map(|row| row.id).collect();
        if let Some(row) = rows.into_iter().next() {
            let current = adding.notice.current(row.key_epoch, row.key_keyring_id, row.key_sealed)?;
            key = Some(adding.notice.learn(app, caller, current, row.next_epoch).await?);
        }
    }
    Err(Notice::given_up())
}

impl Adding {
    /// `None` when somebody else was adding one of them beside us: the next attempt finds them there.
    async fn run(&self, app: &App, new: &[Uuid], sealed: &SealedNotice) -> Result<Option<Vec<Row>>, Problem> {
        let statement = || {
            sqlx::query_file_as!(
                Row,
                "src/add_members.sql",
                self.caller.session_id.0,
                self.caller.user_id.0,
                self.conversation.0,
                &self.named,
                new,
                &self.roles,
                self.notice.id.0,
                sealed.epoch,
                sealed.content,
                self.event.0,
                self.once.key(),
                self.once.keyring_id(),
                self.kept,
            )
        };
        match app.database.fetch_all(statement).await {
            // The same request at the same moment counts as somebody else.
            Err(failure) if matches!(failure.constraint(), Some("members_pkey" | "idempotency_key")) => {
                Ok(None)
            }
            Err(failure) if failure.constraint() == Some("conversations_member_count_check") => {
                Err(Problem::GroupFull { max: MEMBERS })
            }
            outcome => Ok(Some(outcome?)),
        }
    }

    /// Whether the caller may, and whom they named.
    async fn check(&self, app: &App, rows: &mut [Row]) -> Result<(), Problem> {
        let first = first(rows)?;
        if !first.session_live {
            return Err(Problem::Unauthenticated);
        }
        let role = first.role.as_ref().ok_or(Problem::NotFound)?;
        if first.r#type.as_deref() == Some("direct") {
            return Err(Problem::DirectConversation);
        }
        if !self.roles.contains(role) {
            let entry = Entry::refused(self.caller, "add_members");
            app.record(vec![Entry { subject: Some(("conversation", self.conversation.0)), ..entry }]).await;
            return Err(Problem::RoleRequired);
        }
        if first.added {
            return Ok(());
        }
        for row in rows.iter().filter(|row| !row.present) {
            if !row.known {
                return Err(Problem::invalid("user_ids", "unknown_user", format!("{} is no user", row.id)));
            }
            if row.blocked {
                let message = format!("there is a block between you and {}", row.id);
                return Err(Problem::invalid("user_ids", "not_allowed", message));
            }
        }
        Ok(())
    }
}

impl Row {
    /// What an earlier request with the same key left, moved out.
    fn earlier(&mut self) -> Earlier {
        Earlier { keyring_id: self.replayed_keyring_id.take(), sealed: self.replayed_sealed.take() }
    }

    fn into_member(self) -> Option<Member> {
        let row = MemberRow {
            user_id: Some(self.id),
            username: self.username,
            display_name: self.display_name,
            deleted: Some(self.deleted),
            role: self.member_role,
            joined_at: self.joined_at,
        };
        row.into_member()
    }
}
