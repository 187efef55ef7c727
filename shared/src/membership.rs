//! Who may do what in a group: the one table of members' roles and actions; and the changes of a group that system
//! messages record.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::http::{Invalid, Parse};
use crate::id::{ConversationId, UserId};

/// What a member is to a group. In a direct conversation both are [`MemberRole::Member`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberRole {
    /// The one whose group it is.
    Owner,
    /// Looks after it.
    Admin,
    /// Talks in it.
    Member,
}

impl MemberRole {
    /// Every role there is.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// The name in SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

impl Parse for MemberRole {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        let role = Self::ALL.into_iter().find(|role| role.name() == name);
        role.ok_or_else(|| Invalid::new("invalid_value", "must be owner, admin or member"))
    }
}

/// What not every member may do. What one does to oneself is not among it: anybody leaves, and an admin steps down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupAction {
    /// Send where only admins post.
    PostAmongAdmins,
    /// Change title, description, picture and settings.
    ChangeSettings,
    /// Add members.
    AddMembers,
    /// Remove a member of this role.
    Remove(MemberRole),
    /// Give a member of one role the other one. The owner's role goes only with the group, to another.
    ChangeRole {
        /// What the member is.
        from: MemberRole,
        /// What the member becomes.
        to: MemberRole,
    },
    /// Delete the group.
    Delete,
}

impl GroupAction {
    /// Whether a role may do this.
    #[must_use]
    pub fn is_open_to(self, role: MemberRole) -> bool {
        use MemberRole::{Admin, Member, Owner};
        match self {
            Self::Remove(Owner) | Self::ChangeRole { from: Owner, .. } => false,
            Self::PostAmongAdmins
            | Self::ChangeSettings
            | Self::AddMembers
            | Self::Remove(Member)
            | Self::ChangeRole { from: Member, to: Admin | Member } => role != Member,
            Self::Remove(Admin) | Self::ChangeRole { .. } | Self::Delete => role == Owner,
        }
    }

    /// The names of the roles that may do this: what a statement compares the caller's role with.
    #[must_use]
    pub fn roles(self) -> Vec<String> {
        let open = MemberRole::ALL.into_iter().filter(|role| self.is_open_to(*role));
        open.map(|role| role.name().to_owned()).collect()
    }
}

/// What a member has done with a conversation for themselves alone.
#[derive(Debug, Clone, Serialize)]
pub struct Flags {
    /// Which conversation.
    pub conversation_id: ConversationId,
    /// Put away, until a new message comes.
    pub archived: bool,
    /// Until when it is muted, if it is.
    pub muted_until: Option<Timestamp>,
    /// Kept in sight.
    pub pinned: bool,
}

/// What a system message records: who did it is the message's sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemAction {
    /// `members_added`, `member_removed`, `member_left`, `role_changed`, `owner_changed` or `conversation_updated`.
    pub action: String,
    /// To whom.
    #[serde(default)]
    pub user_ids: Vec<UserId>,
    /// With `role_changed`: the new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// With `member_left` by the owner: who is the owner now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<UserId>,
    /// With `conversation_updated`: the names of the fields that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// With `conversation_updated`: the new title, if it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::GroupAction::{AddMembers, ChangeRole, ChangeSettings, Delete, PostAmongAdmins, Remove};
    use super::MemberRole::{Admin, Member, Owner};
    use super::{GroupAction, MemberRole};

    /// Every cell of the table: an action, and for owner, admin and member whether it is open to them.
    const TABLE: [(GroupAction, [bool; 3]); 16] = [
        (PostAmongAdmins, [true, true, false]),
        (ChangeSettings, [true, true, false]),
        (AddMembers, [true, true, false]),
        (Remove(Owner), [false, false, false]),
        (Remove(Admin), [true, false, false]),
        (Remove(Member), [true, true, false]),
        (ChangeRole { from: Owner, to: Owner }, [false, false, false]),
        (ChangeRole { from: Owner, to: Admin }, [false, false, false]),
        (ChangeRole { from: Owner, to: Member }, [false, false, false]),
        (ChangeRole { from: Admin, to: Owner }, [true, false, false]),
        (ChangeRole { from: Admin, to: Admin }, [true, false, false]),
        (ChangeRole { from: Admin, to: Member }, [true, false, false]),
        (ChangeRole { from: Member, to: Owner }, [true, false, false]),
        (ChangeRole { from: Member, to: Admin }, [true, true, false]),
        (ChangeRole { from: Member, to: Member }, [true, true, false]),
        (Delete, [true, false, false]),
    ];

    #[test]
    fn each_cell_is_as_it_should_be() {
        assert_eq!(MemberRole::ALL, [Owner, Admin, Member]);
        for (action, expected) in TABLE {
            assert_eq!(MemberRole::ALL.map(|role| action.is_open_to(role)), expected, "{action:?}");
        }
    }

    #[test]
    fn the_table_has_every_action() {
        for from in MemberRole::ALL {
            assert!(TABLE.iter().any(|(action, _)| *action == Remove(from)));
            for to in MemberRole::ALL {
                assert!(TABLE.iter().any(|(action, _)| *action == ChangeRole { from, to }));
            }
        }
    }
}
