//! What a message has beside its row, as the SQL function `message_parts` writes it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::opener::Sealed;
use super::{Content, MessagePlace};
use crate::http::{Invalid, Parse, Problem};
use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::limits::REPLY_PREVIEW_CHARS;
use crate::media::MediaRow;

/// Everything that most messages have none of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MessageParts {
    /// What is attached, in its order.
    pub media: Vec<MediaRow>,
    /// Who is meant.
    pub mentions: Vec<Mention>,
    /// How often each kind of reaction was given.
    pub reactions: BTreeMap<String, Tally>,
    /// Those of them that the viewer gave.
    pub mine: Vec<String>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The message it answers, where the viewer may see it.
    pub reply: Option<ReplyRow>,
}

impl MessageParts {
    /// Reads what the SQL function wrote; nothing at all is as good as empty.
    ///
    /// # Errors
    /// [`Problem::Internal`] when the two differ in what they write and read.
    pub fn read(json: Option<&str>) -> Result<Self, Problem> {
        let parse = |json| {
            serde_json::from_str(json)
                .map_err(|failure| Problem::Internal(format!("parts of a message: {failure}")))
        };
        json.map_or_else(|| Ok(Self::default()), parse)
    }

    /// The most that they take in Lambda's answer, in bytes.
    pub(super) fn answer_bytes(&self) -> usize {
        let media: usize = self.media.iter().map(MediaRow::answer_bytes).sum();
        // A reply's beginning, were it of nothing but control characters, and what stands around it.
        let reply = if self.reply.is_some() { 7 * REPLY_PREVIEW_CHARS + 400 } else { 0 };
        media + reply + 45 * self.mentions.len() + 120 * self.reactions.len()
    }

    /// The reactions as clients see them, in the order in which each kind was first given.
    #[must_use]
    pub fn reactions(&self) -> Vec<Reaction> {
        let mut tallies: Vec<_> = self.reactions.iter().collect();
        tallies.sort_by_key(|(_, tally)| tally.since);
        let reaction = |(emoji, tally): (&String, &Tally)| Reaction {
            emoji: emoji.clone(),
            count: tally.count,
            mine: self.mine.contains(emoji),
        };
        tallies.into_iter().map(reaction).collect()
    }
}

/// How often one kind of reaction was given.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Tally {
    /// By so many.
    pub count: i64,
    /// The change that brought the first.
    pub since: i64,
}

/// A kind of reaction as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// One emoji.
    pub emoji: String,
    /// By so many.
    pub count: i64,
    /// Whether the viewer is one of them.
    pub mine: bool,
}

/// Whom a message means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mention {
    /// Everybody in the conversation: `all`, and the nil UUID in `mentions`.
    All,
    /// One member.
    User(UserId),
}

impl Mention {
    /// As the table has it.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::All => Uuid::nil(),
            Self::User(user) => user.0,
        }
    }
}

impl From<Uuid> for Mention {
    fn from(id: Uuid) -> Self {
        if id.is_nil() { Self::All } else { Self::User(id.into()) }
    }
}

impl Parse for Mention {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        if value == "all" {
            return Ok(Self::All);
        }
        match UserId::parse(value) {
            Ok(user) if user.0.is_nil() => Err(Invalid::new("not_a_member", "is no member")),
            Ok(user) => Ok(Self::User(user)),
            Err(_) if value.is_string() => {
                Err(Invalid::new("invalid_format", "must be the id of a member, or all"))
            }
            Err(invalid) => Err(invalid),
        }
    }
}

impl Serialize for Mention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::User(user) => user.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Mention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from)
    }
}

/// The message that another one answers, as the SQL function `reply_part` writes it.
#[derive(Debug, Clone, Deserialize)]
pub struct ReplyRow {
    id: Uuid,
    seq: i64,
    sender_id: Uuid,
    r#type: String,
    epoch: i32,
    version: i32,
    /// Deleted for all, or by the viewer for themselves.
    deleted: bool,
    /// Milliseconds since 1970.
    expires_at_ms: Option<i64>,
    #[serde(default, deserialize_with = "base64_bytes")]
    sealed: Option<Vec<u8>>,
    keyring_id: Option<Uuid>,
    #[serde(default, deserialize_with = "base64_bytes")]
    key_sealed: Option<Vec<u8>>,
}

impl ReplyRow {
    fn is_gone(&self, now: OffsetDateTime) -> bool {
        let now = now.unix_timestamp_nanos() / 1_000_000;
        self.deleted || self.expires_at_ms.is_some_and(|end| i128::from(end) <= now)
    }

    /// What there is to open of it.
    pub(super) fn sealed(&self, conversation: ConversationId, now: OffsetDateTime) -> Sealed<'_> {
        let keyring = self.keyring_id.map(Into::into);
        Sealed {
            conversation,
            place: MessagePlace {
                id: self.id.into(),
                sender: self.sender_id.into(),
                kind: &self.r#type,
                version: self.version.into(),
            },
            epoch: self.epoch.into(),
            key: keyring.zip(self.key_sealed.as_deref()),
            bytes: self.sealed.as_deref().filter(|_| !self.is_gone(now)),
        }
    }
}

/// The message that another one answers, as clients see it.
#[derive(Debug, Serialize)]
pub struct Reply {
    /// Which.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Who wrote it.
    pub sender_id: UserId,
    /// `text`, `image`, …
    pub r#type: String,
    /// The beginning of it; `null` where there is no text, or none that opens.
    pub text: Option<String>,
    /// Whether it is deleted.
    pub deleted: bool,
}

impl Reply {
    pub(super) fn of(row: &ReplyRow, content: Option<Content>, now: OffsetDateTime) -> Self {
        let beginning = |text: String| text.chars().take(REPLY_PREVIEW_CHARS).collect();
        Self {
            id: row.id.into(),
            seq: row.seq.into(),
            sender_id: row.sender_id.into(),
            r#type: row.r#type.clone(),
            text: content.and_then(|content| content.text).map(beginning),
            deleted: row.is_gone(now),
        }
    }
}

/// Bytes as the SQL function `base64_part` writes them.
pub(crate) fn base64_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| STANDARD.decode(text).map_err(serde::de::Error::custom)).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::{Mention, MessageParts};
    use crate::http::Parse;

    #[test]
    fn nothing_is_as_good_as_empty() {
        for json in [None, Some("{}")] {
            let parts = MessageParts::read(json).unwrap();
            assert!(parts.media.is_empty() && parts.reply.is_none() && !parts.pinned);
        }
        assert!(MessageParts::read(Some("[")).is_err());
    }

    #[test]
    fn reactions_are_in_the_order_of_their_first() {
        let json = json!({
            "reactions": {"👍": {"count": 1, "since": 9}, "🎈": {"count": 2, "since": 4}},
            "mine": ["👍"],
        });
        let reactions = MessageParts::read(Some(&json.to_string())).unwrap().reactions();
        let expected = json!([
            {"emoji": "🎈", "count": 2, "mine": false},
            {"emoji": "👍", "count": 1, "mine": true},
        ]);
        assert_eq!(serde_json::to_value(reactions).unwrap(), expected);
    }

    #[test]
    fn all_is_the_nil_uuid_in_the_table_and_nowhere_else() {
        let user = Uuid::from_u128(7);
        assert_eq!(Mention::parse(&json!("all")).unwrap().id(), Uuid::nil());
        assert_eq!(Mention::parse(&json!(user)).unwrap(), Mention::from(user));
        for bad in [json!(Uuid::nil()), json!("ALL"), json!("@all"), json!(1), json!(null)] {
            assert!(Mention::parse(&bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::to_value([Mention::All, user.into()]).unwrap(), json!(["all", user]));
    }
}
