//! A user as others see them.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::{MediaId, UserId};
use shared::profile::Status;
use time::OffsetDateTime;
use uuid::Uuid;

/// What everybody else sees.
#[derive(Serialize)]
pub struct PublicProfile {
    id: UserId,
    /// `null` once the account is deleted.
    username: Option<String>,
    display_name: String,
    bio: String,
    avatar_media_id: Option<MediaId>,
    status: Status,
    last_seen_at: Option<Timestamp>,
    created_at: Timestamp,
    /// Whether the account is deleted: nothing is left of it but what they wrote to others.
    deleted: bool,
}

/// What is read of the view `visible_profiles`: nothing where nobody is found.
pub struct Row {
    pub id: Option<Uuid>,
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub bio: Option<String>,
    pub avatar_media_id: Option<Uuid>,
    pub presence: Option<String>,
    pub status_text: Option<String>,
    pub status_emoji: Option<String>,
    pub status_expires_at: Option<OffsetDateTime>,
    pub last_seen_at: Option<OffsetDateTime>,
    pub created_at: Option<OffsetDateTime>,
    pub deleted: Option<bool>,
}

impl Row {
    /// The profile of this row; `None` when there is no such user.
    pub fn into_profile(self) -> Option<PublicProfile> {
        let deleted = self.deleted?;
        Some(PublicProfile {
            id: self.id?.into(),
            username: self.username.filter(|_| !deleted),
            display_name: if deleted { "Deleted user".to_owned() } else { self.display_name? },
            bio: self.bio?,
            avatar_media_id: self.avatar_media_id.map(MediaId),
            status: Status {
                presence: self.presence?,
                text: self.status_text,
                emoji: self.status_emoji,
                expires_at: self.status_expires_at.map(Timestamp::from),
            },
            last_seen_at: self.last_seen_at.map(Timestamp::from),
            created_at: self.created_at?.into(),
            deleted,
        })
    }
}
