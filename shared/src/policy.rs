//! Who may do what for the deployment as a whole: the one table of roles and actions.
//!
//! What members may do in a conversation is another matter, which its own statements decide.

/// What a user is to the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Talks to others.
    User,
    /// Looks after what people do to each other.
    Moderator,
    /// Runs the deployment.
    Admin,
    /// Watches over those who do.
    Auditor,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 4] = [Self::User, Self::Moderator, Self::Admin, Self::Auditor];

    /// The name in SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See all users with their roles.
    ListUsers,
    /// Give a user another role.
    ChangeRoles,
    /// Suspend, or let in again, a user of this role.
    Suspend(Role),
    /// Read the security events and check their chain.
    ReadAudit,
    /// Read what members have reported, and say what was done about it.
    HandleReports,
    /// See which keys there are and how they are used.
    ReadKeys,
    /// Replace keys.
    ManageKeys,
    /// See how much the workers have to do and how they do it.
    ReadWorkers,
    /// Give a queue its dead letters back.
    RedriveQueue,
}

impl Action {
    /// Every action there is.
    pub const ALL: [Self; 12] = [
        Self::ListUsers,
        Self::ChangeRoles,
        Self::Suspend(Role::User),
        Self::Suspend(Role::Moderator),
        Self::Suspend(Role::Admin),
        Self::Suspend(Role::Auditor),
        Self::ReadAudit,
        Self::HandleReports,
        Self::ReadKeys,
        Self::ManageKeys,
        Self::ReadWorkers,
        Self::RedriveQueue,
    ];

    /// Whether a role may do this.
    #[must_use]
    pub fn is_open_to(self, role: Role) -> bool {
        match (self, role) {
            (_, Role::User) => false,
            (Self::ListUsers, Role::Moderator | Role::Admin | Role::Auditor) => true,
            (Self::Suspend(Role::User) | Self::HandleReports, role) => {
                matches!(role, Role::Moderator | Role::Admin)
            }
            (Self::ChangeRoles | Self::Suspend(_) | Self::ManageKeys | Self::RedriveQueue, role) => {
                role == Role::Admin
            }
            (Self::ReadAudit | Self::ReadKeys | Self::ReadWorkers, role) => {
                matches!(role, Role::Admin | Role::Auditor)
            }
        }
    }

    /// The names of the roles that may do this: what a statement compares the caller's role with.
    #[must_use]
    pub fn roles(self) -> Vec<String> {
        Role::ALL
            .into_iter()
            .filter(|role| self.is_open_to(*role))
            .map(|role| role.name().to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Action::{
        ChangeRoles, HandleReports, ListUsers, ManageKeys, ReadAudit, ReadKeys, ReadWorkers, RedriveQueue,
        Suspend,
    };
    use super::Role::{Admin, Auditor, Moderator, User};
    use super::{Action, Role};

    /// Every cell of the table: an action, and for user, moderator, admin and auditor whether it is open to them.
    const TABLE: [(Action, [bool; 4]); 12] = [
        (ListUsers, [false, true, true, true]),
        (ChangeRoles, [false, false, true, false]),
        (Suspend(User), [false, true, true, false]),
        (Suspend(Moderator), [false, false, true, false]),
        (Suspend(Admin), [false, false, true, false]),
        (Suspend(Auditor), [false, false, true, false]),
        (ReadAudit, [false, false, true, true]),
        (HandleReports, [false, true, true, false]),
        (ReadKeys, [false, false, true, true]),
        (ManageKeys, [false, false, true, false]),
        (ReadWorkers, [false, false, true, true]),
        (RedriveQueue, [false, false, true, false]),
    ];

    #[test]
    fn each_cell_is_as_it_should_be() {
        assert_eq!(TABLE.map(|(action, _)| action), Action::ALL);
        assert_eq!(Role::ALL, [User, Moderator, Admin, Auditor]);
        for (action, expected) in TABLE {
            assert_eq!(Role::ALL.map(|role| action.is_open_to(role)), expected, "{action:?}");
        }
    }

    #[test]
    fn a_role_is_found_by_its_name_only() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("Admin"), None);
    }
}
