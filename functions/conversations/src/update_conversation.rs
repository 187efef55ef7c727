//! `PATCH /v1/conversations/{conversation_id}`: changes a group's title, description, picture and settings. For its owner and
//! admins. What is left out stays; `null` clears what may be empty.

use serde_json::Value;
use shared::audit::Entry;
use shared::http::{Change, Fields, Invalid, Parse, whole_number};
use shared::id::{ConversationId, MediaId, OutboxId};
use shared::membership::{GroupAction, SystemAction};
use shared::text::{Description, Title};
use shared::{App, Call, Caller, Problem, Reply};

use crate::conversation::{Row, seal_description, seal_title};
use crate::get_conversation::load;
use crate::notice::{ATTEMPTS, Notice, SealedNotice};

/// Ten years, which is as good as for ever.
const SECONDS_MAX: i64 = 315_360_000;
/// Keeping messages for less than a minute would take them from people who are reading them.
const RETENTION_MIN: i64 = 60;

/// Seconds in which an author may edit.
struct EditWindow(i32);
/// Seconds that messages are kept.
struct Retention(i32);
/// `all` or `admins`.
struct Posters(String);

impl Parse for EditWindow {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        seconds(value, 0).map(Self)
    }
}

impl Parse for Retention {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        seconds(value, RETENTION_MIN).map(Self)
    }
}

impl Parse for Posters {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = String::parse(value)?;
        if ["all", "admins"].contains(&name.as_str()) {
            Ok(Self(name))
        } else {
            Err(Invalid::new("invalid_value", "must be all or admins"))
        }
    }
}

fn seconds(value: &Value, min: i64) -> Result<i32, Invalid> {
    let seconds = whole_number(value, min, SECONDS_MAX)?;
    i32::try_from(seconds).map_err(|_| Invalid::too_large(SECONDS_MAX))
}

/// What the client sends.
struct Changes {
    title: Option<Title>,
    description: Change<Description>,
    avatar: Change<MediaId>,
    edit_window: Change<EditWindow>,
    who_can_post: Option<Posters>,
    retention: Change<Retention>,
    history_for_new_members: Option<bool>,
}

impl Changes {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let title = fields.optional("title");
        let description = match fields.change("description") {
            Change::Set(Description(text)) if text.is_empty() => Change::Clear,
            description => description,
        };
        let avatar = fields.change("avatar_media_id");
        let edit_window = fields.change("edit_window_s");
        let who_can_post = fields.optional("who_can_post");
        let retention = fields.change("retention_s");
        let history_for_new_members = fields.optional("history_for_new_members");
        let changes = fields.finish(|| {
            Some(Self {
                title,
                description,
                avatar,
                edit_window,
                who_can_post,
                retention,
                history_for_new_members,
            })
        })?;
        if changes.names().is_empty() {
            return Err(Problem::invalid("", "required", "must name something to change"));
        }
        Ok(changes)
    }

    /// The fields that change.
    fn names(&self) -> Vec<String> {
        let fields = [
            ("title", self.title.is_some()),
            ("description", is_change(&self.description)),
            ("avatar_media_id", is_change(&self.avatar)),
            ("edit_window_s", is_change(&self.edit_window)),
            ("who_can_post", self.who_can_post.is_some()),
            ("retention_s", is_change(&self.retention)),
            ("history_for_new_members", self.history_for_new_members.is_some()),
        ];
        fields.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name.to_owned()).collect()
    }
}

fn is_change<T>(change: &Change<T>) -> bool {
    !matches!(change, Change::Keep)
}

fn set<T>(change: &Change<T>) -> Option<&T> {
    match change {
        Change::Set(value) => Some(value),
        Change::Keep | Change::Clear => None,
    }
}

/// What does not change between attempts.
struct Updating {
    caller: Caller,
    conversation: ConversationId,
    changes: Changes,
    roles: Vec<String>,
    notice: Notice,
    message_event: OutboxId,
    conversation_event: OutboxId,
}

/// What came of an attempt.
enum Outcome {
    Done(Box<Row>),
    /// An earlier run of the statement was committed but its answer lost.
    DoneBefore,
    /// Nothing was written: the key was unknown or is no longer the current one.
    OtherKey(shared::crypto::SealedEpochKey),
}

/// Makes the changes and answers the whole conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation = call.path_id("conversation_id")?;
    let updating = Updating {
        caller,
        conversation,
        changes: Changes::parse(call.fields()?)?,
        roles: GroupAction::ChangeSettings.roles(),
        notice: Notice::new(app, conversation, caller.user_id)?,
        message_event: app.new_event()?,
        conversation_event: app.new_event()?,
    };
    let what = SystemAction {
        action: "conversation_updated".to_owned(),
        fields: updating.changes.names(),
        title: updating.changes.title.as_ref().map(|title| title.0.clone()),
        ..SystemAction::default()
    };

    let mut key = app.epoch_hints.key(conversation);
    for _ in 0..ATTEMPTS {
        let sealed = updating.notice.seal(app, key.as_ref(), &what).await?;
        match updating.run(app, &sealed).await? {
            Outcome::Done(row) => return Reply::ok(&row.into_details(app).await?.ok_or(Problem::NotFound)?),
            Outcome::DoneBefore => return Reply::ok(&load(app, caller, conversation).await?),
            Outcome::OtherKey(current) => key = Some(current),
        }
    }
    Err(Notice::given_up())
}

impl Updating {
    #[expect(clippy::too_many_lines, reason = "a line for each argument and each column of one statement")]
    async fn run(&self, app: &App, sealed: &SealedNotice) -> Result<Outcome, Problem> {
        let changes = &self.changes;
        let title = match (&changes.title, &sealed.key) {
            (Some(title), Some(key)) => Some(seal_title(app, key, title)?),
            _ => None,
        };
        let description = match (set(&changes.description), &sealed.key) {
            (Some(description), Some(key)) => Some(seal_description(app, key, description)?),
            _ => None,
        };
        let statement = || {
            sqlx::query_file!(
                "src/update_conversation.sql",
                self.caller.session_id.0,
                self.caller.user_id.0,
                self.conversation.0,
                self.notice.id.0,
                sealed.epoch,
                sealed.content,
                &self.roles,
                title.as_deref(),
                is_change(&changes.description),
                description.as_deref(),
                is_change(&changes.avatar),
                is_change(&changes.edit_window),
                set(&changes.edit_window).map(|window| window.0),
                changes.who_can_post.as_ref().map(|posters| posters.0.as_str()),
                is_change(&changes.retention),
                set(&changes.retention).map(|retention| retention.0),
                changes.history_for_new_members,
                self.message_event.0,
                self.conversation_event.0,
                set(&changes.avatar).map(|picture| picture.0),
            )
        };
        let row = app.database.fetch_one(statement).await?;
        if !row.session_live {
            return Err(Problem::Unauthenticated);
        }
        let role = row.role.ok_or(Problem::NotFound)?;
        if row.r#type.as_deref() == Some("direct") {
            return Err(Problem::DirectConversation);
        }
        if row.earlier {
            return Ok(Outcome::DoneBefore);
        }
        if !self.roles.contains(&role) {
            let entry = Entry::refused(self.caller, "update_conversation");
            app.record(vec![Entry { subject: Some(("conversation", self.conversation.0)), ..entry }]).await;
            return Err(Problem::RoleRequired);
        }
        if set(&changes.avatar).is_some() && !row.picture {
            return Err(Problem::field("avatar_media_id", Invalid::no_picture()));
        }
        if row.id.is_none() {
            let current = self.notice.current(row.key_epoch, row.key_keyring_id, row.key_sealed)?;
            let key = self.notice.learn(app, self.caller, current, row.next_epoch).await?;
            return Ok(Outcome::OtherKey(key));
        }
        Ok(Outcome::Done(Box::new(Row {
            session_live: true,
            user_id: Some(self.caller.user_id.0),
            id: row.id,
            r#type: row.r#type,
            title_sealed: row.title_sealed,
            title_epoch: row.title_epoch,
            title_key_keyring_id: row.title_key_keyring_id,
            title_key_sealed: row.title_key_sealed,
            description_sealed: row.description_sealed,
            description_epoch: row.description_epoch,
            description_key_keyring_id: row.description_key_keyring_id,
            description_key_sealed: row.description_key_sealed,
            avatar_media_id: row.avatar_media_id,
            edit_window_s: row.edit_window_s,
            who_can_post: row.who_can_post,
            retention_s: row.retention_s,
            history_for_new_members: row.history_for_new_members,
            created_at: row.created_at,
            role: Some(role),
            member_count: row.member_count,
            last_seq: row.last_seq,
            change_seq: row.change_seq,
            unread_count: row.unread_count,
            mention_count: row.mention_count,
            read_seq: row.read_seq,
            delivered_seq: row.delivered_seq,
            archived: row.archived,
            muted_until: row.muted_until,
            pinned: row.pinned,
            updated_at: row.updated_at,
            // The system message, written by this statement.
            last_id: Some(self.notice.id.0),
            last_message_seq: row.last_seq,
            last_change_seq: row.change_seq,
            last_client_id: Some(self.notice.id.0),
            last_sender_id: Some(self.caller.user_id.0),
            last_type: Some("system".to_owned()),
            last_epoch: Some(sealed.epoch),
            last_version: Some(1),
            last_sealed: Some(sealed.content.clone()),
            last_created_at: row.updated_at,
            last_edited_at: None,
            last_deleted_at: None,
            last_expires_at: None,
            last_key_keyring_id: row.key_keyring_id,
            last_key_sealed: row.key_sealed,
            last_parts: None,
        })))
    }
}
