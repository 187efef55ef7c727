//! A user as those see them who administer.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::UserId;
use time::OffsetDateTime;
use uuid::Uuid;

/// What administration knows of a user: nothing of what they say.
#[derive(Serialize)]
pub struct AdminUser {
    id: UserId,
    username: String,
    display_name: String,
    /// `user`, `moderator`, `admin` or `auditor`.
    role: String,
    suspended: bool,
    created_at: Timestamp,
    last_seen_at: Option<Timestamp>,
}

/// The columns, and what is known of the caller.
pub struct Row {
    pub session_live: bool,
    pub allowed: bool,
    pub id: Option<Uuid>,
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub role: Option<String>,
    pub suspended: Option<bool>,
    pub created_at: Option<OffsetDateTime>,
    pub last_seen_at: Option<OffsetDateTime>,
}

impl Row {
    /// The user of this row, if it holds one.
    pub fn into_user(self) -> Option<AdminUser> {
        Some(AdminUser {
            id: self.id?.into(),
            username: self.username?,
            display_name: self.display_name?,
            role: self.role?,
            suspended: self.suspended?,
            created_at: self.created_at?.into(),
            last_seen_at: self.last_seen_at.map(Timestamp::from),
        })
    }
}
