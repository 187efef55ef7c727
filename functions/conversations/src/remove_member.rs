//! `DELETE /v1/conversations/{conversation_id}/members/{user_id}`: removes somebody from a group, or leaves it.
//!
//! Admins remove members, the owner admins too. An owner who leaves is followed by the admin who has been there longest, else
//! by the member; with the last member the group ends (docs/decisions/0021).

use shared::audit::Entry;
use shared::id::{ConversationId, UserId};
use shared::membership::{GroupAction, MemberRole, SystemAction};
use shared::{App, Call, Problem, Reply};

use crate::notice::{ATTEMPTS, Notice};

/// Ends the membership.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation: ConversationId = call.path_id("conversation_id")?;
    let user: UserId = call.path_id("user_id")?;
    let leaves = user == caller.user_id;
    let notice = Notice::new(app, conversation, caller.user_id)?;
    let (message_event, removed_event, promoted_event) =
        (app.new_event()?, app.new_event()?, app.new_event()?);
    let stamp = app.stamp()?;
    let removers: Vec<String> = MemberRole::ALL
        .into_iter()
        .flat_map(|of| {
            GroupAction::Remove(of).roles().into_iter().map(move |by| format!("{by} {}", of.name()))
        })
        .collect();

    let mut key = app.epoch_hints.key(conversation);
    let mut heir = None;
    for _ in 0..ATTEMPTS {
        let what = SystemAction {
            action: if leaves { "member_left" } else { "member_removed" }.to_owned(),
            user_ids: vec![user],
            owner_id: heir.map(UserId),
            ..SystemAction::default()
        };
        let sealed = notice.seal(app, key.as_ref(), &what).await?;
        let statement = || {
            sqlx::query_file!(
                "src/remove_member.sql",
                caller.session_id.0,
                caller.user_id.0,
                conversation.0,
                user.0,
                &removers,
                heir,
                notice.id.0,
                sealed.epoch,
                sealed.content,
                message_event.0,
                removed_event.0,
                promoted_event.0,
                stamp.id,
                stamp.address,
                stamp.request_id,
            )
        };
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        if row.done {
            return Ok(Reply::no_content());
        }
        let role = row.role.ok_or(Problem::NotFound)?;
        if row.r#type.as_deref() == Some("direct") {
            return Err(Problem::DirectConversation);
        }
        let target_role = row.target_role.ok_or(Problem::NotFound)?;
        if !leaves && !removers.contains(&format!("{role} {target_role}")) {
            let entry = Entry::refused(caller, "remove_member");
            app.record(vec![Entry { subject: Some(("conversation", conversation.0)), ..entry }]).await;
            return Err(Problem::RoleRequired);
        }
        // Nothing was written: somebody else follows the owner, or the key was unknown or is no longer the current one.
        heir = row.heir_id;
        let current = notice.current(row.key_epoch, row.key_keyring_id, row.key_sealed)?;
        key = Some(notice.learn(app, caller, current, row.next_epoch).await?);
    }
    Err(Notice::given_up())
}
