//! The system message that records a change of a group, written by the statement of the change.

use serde::Serialize;
use shared::crypto::{EpochKey, SealedEpochKey};
use shared::id::{ConversationId, Epoch, MessageId, Revision, UserId};
use shared::membership::SystemAction;
use shared::message::{Content, MessagePlace};
use shared::remembered::EpochHint;
use shared::{App, Caller, Problem};
use uuid::Uuid;

/// How often to try while the conversation's key or those concerned change beside us.
pub const ATTEMPTS: usize = 8;

/// Type of the messages that the server itself writes.
const SYSTEM: &str = "system";

/// A system message about to be sealed.
pub struct Notice {
    pub conversation: ConversationId,
    pub by: UserId,
    /// Made before the first attempt: what tells a repeat of the statement from the first run.
    pub id: MessageId,
}

/// What is written if the key it was sealed with is the conversation's current one.
pub struct SealedNotice {
    pub epoch: i32,
    pub content: Vec<u8>,
    /// `None` for the attempt that only learns the key.
    pub key: Option<EpochKey>,
}

impl Notice {
    /// A notice by somebody in a conversation.
    ///
    /// # Errors
    /// [`Problem::Internal`] when there are no random bytes.
    pub fn new(app: &App, conversation: ConversationId, by: UserId) -> Result<Self, Problem> {
        Ok(Self { conversation, by, id: app.new_id()? })
    }

    /// Seals what it records under the key that is thought to be current, if any is known.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the keyring key is not to be had now.
    pub async fn seal(
        &self,
        app: &App,
        key: Option<&SealedEpochKey>,
        what: &SystemAction,
    ) -> Result<SealedNotice, Problem> {
        // No conversation has an epoch 0.
        let Some(key) = key else { return Ok(SealedNotice { epoch: 0, content: Vec::new(), key: None }) };
        let key = app
            .open_epoch_key(self.conversation, key)
            .await?
            .map_err(|reason| Problem::Internal(format!("a conversation's key does not open: {reason}")))?;
        let place = MessagePlace { id: self.id, sender: self.by, kind: SYSTEM, version: Revision(1) };
        let content = to_json(&Content { system: Some(what.clone()), ..Content::default() })?;
        let content = key.seal_message(&*app.random, place, &content)?;
        Ok(SealedNotice { epoch: key.epoch.0, content, key: Some(key) })
    }

    /// The conversation's current key, as the statement has answered it.
    ///
    /// # Errors
    /// [`Problem::Internal`] when the conversation has none.
    pub fn current(
        &self,
        epoch: Option<i32>,
        keyring: Option<Uuid>,
        sealed: Option<Vec<u8>>,
    ) -> Result<SealedEpochKey, Problem> {
        let key = || Some(SealedEpochKey { epoch: epoch?.into(), keyring: keyring?.into(), sealed: sealed? });
        key().ok_or_else(|| Problem::Internal(format!("conversation {} has no key", self.conversation)))
    }

    /// The key for the next attempt, which is remembered: the current one, or where the statement has answered the number of
    /// the next epoch, that one's, begun now.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no keyring key is to be had now.
    pub async fn learn(
        &self,
        app: &App,
        caller: Caller,
        current: SealedEpochKey,
        next: Option<i32>,
    ) -> Result<SealedEpochKey, Problem> {
        let begun = match next {
            Some(next) => app.begin_epoch(caller, self.conversation, None, Epoch(next)).await?,
            None => None,
        };
        // Where somebody else has begun it beside us, the next attempt learns theirs.
        let key = begun.unwrap_or(current);
        app.epoch_hints.set(self.conversation, None, EpochHint { key: key.clone(), due: None });
        Ok(key)
    }

    /// When every attempt met another change.
    #[must_use]
    pub fn given_up() -> Problem {
        Problem::unavailable("the conversation changed at every attempt")
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|failure| Problem::Internal(failure.to_string()))
}
