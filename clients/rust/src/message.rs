//! What OpenAPI says by conditions, as types: messages to be sent, and what happens.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Conversation, Message, NewLocation, PublicStatus};

/// A message to be sent.
#[derive(Clone, Debug, Serialize)]
pub struct NewMessage {
    /// The client's name for this message, new for each message.
    pub client_id: Uuid,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// The message of the same conversation that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// Ids of members, or `all`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// Seconds until the message disappears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u32>,
}

impl NewMessage {
    /// A message that answers nothing, names nobody and stays.
    #[must_use]
    pub fn new(client_id: Uuid, content: Content) -> Self {
        Self { client_id, content, reply_to: None, mentions: Vec::new(), expires_in_s: None }
    }
}

/// What a message says. Files are uploads that are ready, with a caption or without.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are explained above and in openapi.yaml")]
pub enum Content {
    /// Words.
    Text { text: String },
    /// Pictures.
    Image { media_ids: Vec<Uuid>, text: Option<String> },
    /// Videos.
    Video { media_ids: Vec<Uuid>, text: Option<String> },
    /// Recordings.
    Audio { media_ids: Vec<Uuid>, text: Option<String> },
    /// Files of any kind.
    File { media_ids: Vec<Uuid>, text: Option<String> },
    /// A place.
    Location { location: NewLocation },
}

/// An event of a socket, and a change of a feed: both tell what happened alike.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// What happened, as in `message.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When, in RFC 3339.
    pub at: String,
    /// The conversation it happened in, if any.
    #[serde(default)]
    pub conversation_id: Option<Uuid>,
    /// Its number among the changes of that conversation, if it has one.
    pub change_seq: Option<i64>,
    /// What it is about, as it is now.
    pub data: Value,
}

/// What an event is about.
#[derive(Clone, Debug)]
pub enum Change {
    /// A conversation as it is: of a snapshot, or one that the user was added to.
    Conversation(Box<Conversation>),
    /// A message as it is now: new, edited, deleted, pinned, or with another reaction.
    Message(Box<Message>),
    /// How far a member has got and read.
    Receipt(crate::Receipt),
    /// Somebody types, or has stopped.
    Typing {
        /// Who.
        user_id: Uuid,
        /// Whether they still do.
        active: bool,
    },
    /// What somebody appears as.
    Presence {
        /// Who.
        user_id: Uuid,
        /// As what.
        status: Box<PublicStatus>,
    },
    /// Anything else: a member, a conversation or the account has changed. The kind of the event says how.
    Other(Whom),
}

/// Whom something happened to, if anybody.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Whom {
    /// A user.
    #[serde(default)]
    pub user_id: Option<Uuid>,
    /// A message, with `conversation.message_hidden`.
    #[serde(default)]
    pub message_id: Option<Uuid>,
    /// A file, with `media.ready` and `media.failed`.
    #[serde(default)]
    pub media_id: Option<Uuid>,
}

impl Event {
    /// What it is about. Of what this client does not know yet, only whom.
    #[must_use]
    pub fn change(&self) -> Change {
        #[derive(Deserialize)]
        struct Typing {
            user_id: Uuid,
            active: bool,
        }
        #[derive(Deserialize)]
        struct Presence {
            user_id: Uuid,
            status: PublicStatus,
        }
        let known = match self.kind.as_str() {
            "conversation.snapshot" => self.read().map(Change::Conversation),
            "receipt.updated" => self.read().map(Change::Receipt),
            "typing" => self.read().map(|Typing { user_id, active }| Change::Typing { user_id, active }),
            "presence.updated" => self
                .read()
                .map(|Presence { user_id, status }| Change::Presence { user_id, status: Box::new(status) }),
            kind if kind.starts_with("message.") || kind.starts_with("reaction.") => {
                self.read().map(Change::Message)
            }
            _ => None,
        };
        known.unwrap_or_else(|| Change::Other(self.read().unwrap_or_default()))
    }

    /// Whether no feed has it.
    pub(crate) fn is_passing(&self) -> bool {
        self.kind == "typing" || self.kind == "presence.updated"
    }

    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.data).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_written_as_the_contract_has_it() {
        let id = Uuid::nil();
        let message = NewMessage::new(id, Content::Text { text: "Hello".to_owned() });
        assert_eq!(
            serde_json::to_value(message).unwrap(),
            json!({"client_id": id, "type": "text", "text": "Hello"})
        );
        let content = Content::Image { media_ids: vec![id], text: None };
        let message = NewMessage { mentions: vec!["all".to_owned()], ..NewMessage::new(id, content) };
        let expected =
            json!({"client_id": id, "type": "image", "media_ids": [id], "text": null, "mentions": ["all"]});
        assert_eq!(serde_json::to_value(message).unwrap(), expected);
    }

    #[test]
    fn what_is_not_known_yet_is_no_reason_to_fail() {
        let user = Uuid::nil();
        let event = |kind: &str, data| Event {
            kind: kind.to_owned(),
            at: String::new(),
            conversation_id: None,
            change_seq: None,
            data,
        };
        let typing = event("typing", json!({"user_id": user, "active": true, "conversation_id": user}));
        assert!(matches!(typing.change(), Change::Typing { active: true, .. }));
        let later = event("message.translated", json!({"user_id": user, "of": "a later version"}));
        assert!(matches!(later.change(), Change::Other(Whom { user_id: Some(id), .. }) if id == user));
        assert!(matches!(event("storm", json!(null)).change(), Change::Other(Whom { user_id: None, .. })));
    }
}
