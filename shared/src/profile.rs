//! A user's profile as the user sees it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::app::App;
use crate::audit::{Entry, Event};
use crate::clock::Timestamp;
use crate::crypto::{Context, OpenFailure, PersonalColumn, Purpose};
use crate::http::Problem;
use crate::id::{KeyringId, MediaId, UserId};
use crate::keys::KeyringKey;
use crate::message::parts::base64_bytes;
use crate::text::Email;

/// One's own profile; others see less of it.
#[derive(Debug, Serialize)]
pub struct OwnProfile {
    /// Who it is.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// The name others see.
    pub display_name: String,
    /// What they say of themselves.
    pub bio: String,
    /// Their picture.
    pub avatar_media_id: Option<MediaId>,
    /// What they are up to.
    pub status: Status,
    /// `user`, `moderator`, `admin` or `auditor`.
    pub role: String,
    /// When they registered.
    pub created_at: Timestamp,
    /// Shown to nobody else.
    pub email: Option<String>,
}

/// Presence with a text and an emoji of the user's choice.
#[derive(Debug, Serialize)]
pub struct Status {
    /// `online`, `away`, `busy` or `invisible`.
    pub presence: String,
    /// In words.
    pub text: Option<String>,
    /// In one emoji.
    pub emoji: Option<String>,
    /// When text and emoji end.
    pub expires_at: Option<Timestamp>,
}

impl Default for Status {
    fn default() -> Self {
        Self { presence: "online".to_owned(), text: None, emoji: None, expires_at: None }
    }
}

impl OwnProfile {
    /// The profile of somebody who has just registered.
    #[must_use]
    pub fn of_new_user(
        id: UserId,
        username: String,
        display_name: String,
        email: Option<String>,
        created_at: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            username,
            display_name,
            bio: String::new(),
            avatar_media_id: None,
            status: Status::default(),
            role: "user".to_owned(),
            created_at: created_at.into(),
            email,
        }
    }
}

/// The columns of `users` that make a profile.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the columns are documented in the migration")]
pub struct UserRow {
    pub id: uuid::Uuid,
    pub username: String,
    pub display_name: String,
    pub bio: String,
    pub avatar_media_id: Option<uuid::Uuid>,
    pub presence: String,
    pub status_text: Option<String>,
    pub status_emoji: Option<String>,
    #[serde(deserialize_with = "optional_time")]
    pub status_expires_at: Option<OffsetDateTime>,
    pub role: String,
    #[serde(deserialize_with = "time")]
    pub created_at: OffsetDateTime,
    #[serde(deserialize_with = "base64_bytes")]
    pub email_sealed: Option<Vec<u8>>,
    pub email_keyring_id: Option<uuid::Uuid>,
}

/// A time as Postgres writes it into JSON.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)
}

fn optional_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<OffsetDateTime>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)).transpose()
}

/// An e-mail address as it is stored.
#[derive(Debug, Clone)]
pub struct SealedEmail {
    /// The content K1 it is sealed under.
    pub keyring: KeyringId,
    /// Format v1.
    pub sealed: Vec<u8>,
}

impl App {
    /// Seals a user's e-mail address in its own context.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the content key is not to be had now.
    pub async fn seal_email(&self, user: UserId, email: &Email) -> Result<SealedEmail, Problem> {
        let key = self.active_key(Purpose::Content).await?;
        let context = Context::Personal { user, column: PersonalColumn::Email };
        let sealed = self.seal_under(&key, &context, email.0.as_bytes())?;
        Ok(SealedEmail { keyring: key.id, sealed })
    }

    /// One's own profile from its row, without a status that has ended; an address that does not open is left out and recorded.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the key of the address is not to be had now.
    pub async fn own_profile(&self, row: UserRow) -> Result<OwnProfile, Problem> {
        let user = UserId(row.id);
        let email = match (row.email_sealed, row.email_keyring_id) {
            (Some(sealed), Some(keyring)) => self.open_email(user, &sealed, keyring.into()).await?,
            _ => None,
        };
        let ended = row.status_expires_at.is_some_and(|time| time <= self.clock.now());
        let status = if ended {
            Status::default()
        } else {
            Status {
                presence: row.presence,
                text: row.status_text,
                emoji: row.status_emoji,
                expires_at: row.status_expires_at.map(Timestamp::from),
            }
        };
        Ok(OwnProfile {
            id: user,
            username: row.username,
            display_name: row.display_name,
            bio: row.bio,
            avatar_media_id: row.avatar_media_id.map(MediaId),
            status,
            role: row.role,
            created_at: row.created_at.into(),
            email,
        })
    }

    async fn open_email(
        &self,
        user: UserId,
        sealed: &[u8],
        keyring: KeyringId,
    ) -> Result<Option<String>, Problem> {
        let context = Context::Personal { user, column: PersonalColumn::Email };
        let opened = match self.keyring_key(keyring, &[Purpose::Content]).await? {
            Some(key) => self.open_under(&KeyringKey { id: keyring, key }, &context, sealed),
            None => Err(OpenFailure::KeyMissing),
        };
        match opened {
            Ok(email) => Ok(String::from_utf8(email.to_vec()).ok()),
            Err(reason) => {
                let entry = Entry::about(Event::DecryptFail, "user", user.0);
                let detail = json!({"column": "email", "keyring_id": keyring, "reason": reason.to_string()});
                self.record(vec![entry.with(detail)]).await;
                Ok(None)
            }
        }
    }
}
