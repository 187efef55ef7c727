//! A member of a conversation, as the other members see one.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::UserId;
use time::OffsetDateTime;
use uuid::Uuid;

/// What clients see.
#[derive(Debug, Serialize)]
pub struct Member {
    user_id: UserId,
    /// `null` once the account is deleted.
    username: Option<String>,
    display_name: String,
    /// `owner`, `admin` or `member`.
    role: String,
    joined_at: Timestamp,
}

/// The columns that make a member; null where there is none.
pub struct Row {
    pub user_id: Option<Uuid>,
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub deleted: Option<bool>,
    pub role: Option<String>,
    pub joined_at: Option<OffsetDateTime>,
}

impl Row {
    /// The member of this row, if there is one.
    pub fn into_member(self) -> Option<Member> {
        let deleted = self.deleted?;
        Some(Member {
            user_id: self.user_id?.into(),
            username: self.username.filter(|_| !deleted),
            display_name: if deleted { "Deleted user".to_owned() } else { self.display_name? },
            role: self.role?,
            joined_at: self.joined_at?.into(),
        })
    }
}
