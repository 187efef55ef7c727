//! `PATCH /v1/conversations/{conversation_id}/members/{user_id}`: gives a member of a group another role.
//!
//! Admins make members admins; the owner also takes that back, and hands the group over by making somebody else its owner, who
//! is the only one from then on. An admin can step down.

use shared::audit::Entry;
use shared::id::{ConversationId, UserId};
use shared::membership::{GroupAction, MemberRole, SystemAction};
use shared::{App, Call, Problem, Reply};

use crate::member::Row as MemberRow;
use crate::notice::{ATTEMPTS, Notice};

/// Who may change which role into which, as `by from to`.
fn changers() -> Vec<String> {
    let mut changers = vec!["self admin member".to_owned()];
    for from in MemberRole::ALL {
        for to in MemberRole::ALL {
            let roles = GroupAction::ChangeRole { from, to }.roles();
            changers.extend(roles.into_iter().map(|by| format!("{by} {} {}", from.name(), to.name())));
        }
    }
    changers
}

/// Makes the change and answers the member.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let user: UserId = call.path_id("user_id")?;
    let mut fields = call.fields()?;
    let role: Option<MemberRole> = fields.required("role");
    let role = fields.finish(|| role)?;
    let notice = Notice::new(app, conversation, caller.user_id)?;
    let (message_event, target_event, caller_event) = (app.new_event()?, app.new_event()?, app.new_event()?);
    let stamp = app.stamp()?;
    let changers = changers();
    let what = SystemAction {
        action: if role == MemberRole::Owner { "owner_changed" } else { "role_changed" }.to_owned(),
        user_ids: vec![user],
        role: (role != MemberRole::Owner).then(|| role.name().to_owned()),
        ..SystemAction::default()
    };

    let mut key = app.epoch_hints.key(conversation);
    for _ in 0..ATTEMPTS {
        let sealed = notice.seal(app, key.as_ref(), &what).await?;
        let statement = || {
            sqlx::query_file!(
                "src/update_member.sql",
                caller.session_id.0,
                caller.user_id.0,
                conversation.0,
                user.0,
                role.name(),
                &changers,
                notice.id.0,
                sealed.epoch,
                sealed.content,
                message_event.0,
                target_event.0,
                caller_event.0,
                stamp.id,
                stamp.address,
                stamp.request_id,
            )
        };
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        let caller_role = row.role.ok_or(Problem::NotFound)?;
        if row.r#type.as_deref() == Some("direct") {
            return Err(Problem::DirectConversation);
        }
        let old_role = row.target_role.ok_or(Problem::NotFound)?;
        let itself = user == caller.user_id;
        let by = if itself { "self" } else { caller_role.as_str() };
        let unchanged = old_role == role.name() && (itself || caller_role != MemberRole::Member.name());
        if row.done || unchanged {
            let member = MemberRow {
                user_id: Some(user.0),
                username: row.username,
                display_name: row.display_name,
                deleted: Some(row.deleted),
                role: Some(role.name().to_owned()),
                joined_at: row.joined_at,
            };
            return Reply::ok(&member.into_member().ok_or(Problem::NotFound)?);
        }
        if itself && caller_role == MemberRole::Owner.name() {
            return Err(Problem::OwnerStays);
        }
        if !changers.contains(&format!("{by} {old_role} {}", role.name())) {
            let entry = Entry::refused(caller, "update_member");
            app.record(vec![Entry { subject: Some(("conversation", conversation.0)), ..entry }]).await;
            return Err(Problem::RoleRequired);
        }
        // Nothing was written: the key was unknown or is no longer the current one.
        let current = notice.current(row.key_epoch, row.key_keyring_id, row.key_sealed)?;
        key = Some(notice.learn(app, caller, current, row.next_epoch).await?);
    }
    Err(Notice::given_up())
}
