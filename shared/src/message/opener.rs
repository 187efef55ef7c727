//! Opening what messages say, each epoch key once, and remembering what does not open.

use serde_json::json;

use super::{Content, MessagePlace};
use crate::app::App;
use crate::audit::{Entry, Event};
use crate::crypto::{Context, EpochKey, OpenFailure, Purpose, SealedEpochKey};
use crate::http::Problem;
use crate::id::{ConversationId, Epoch, KeyringId, MediaId, UserId};
use crate::keys::KeyringKey;
use crate::media::{MediaDetails, MediaLinks, MediaRow};

/// Something sealed that a member said, with the key that came with it.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// Where it was said.
    pub conversation: ConversationId,
    /// What its sealing is bound to.
    pub place: MessagePlace<'a>,
    /// Which of the conversation's keys seals it.
    pub epoch: Epoch,
    /// That key, if it is there: the K1 it is sealed under, and its bytes.
    pub key: Option<(KeyringId, &'a [u8])>,
    /// The bytes themselves; `None` in a tombstone.
    pub bytes: Option<&'a [u8]>,
}

/// Opens many sealed things for one answer.
pub struct Opener<'a> {
    app: &'a App,
    /// Few epochs in a page: a list is searched faster than a map is built.
    keys: Vec<(SealedEpochKey, ConversationId, Result<EpochKey, OpenFailure>)>,
    failures: Vec<Entry>,
}

impl<'a> Opener<'a> {
    /// One that has opened nothing yet.
    #[must_use]
    pub fn new(app: &'a App) -> Self {
        Self { app, keys: Vec::new(), failures: Vec::new() }
    }

    /// What it says. The inner error is noted for the log and never breaks a page.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn open(&mut self, sealed: Sealed<'_>) -> Result<Result<Content, OpenFailure>, Problem> {
        let opened = match (sealed.bytes, sealed.key) {
            (None, _) => Ok(Content::default()),
            (Some(_), None) => Err(OpenFailure::KeyMissing),
            (Some(bytes), Some((keyring, key))) => {
                let index = self.key(sealed.conversation, sealed.epoch, keyring, key).await?;
                match &self.keys[index].2 {
                    Ok(key) => key.open_message(sealed.place, bytes),
                    Err(reason) => Err(*reason),
                }
            }
        };
        if let Err(reason) = &opened {
            let entry = Entry::about(Event::DecryptFail, "message", sealed.place.id.0);
            self.failures.push(entry.with(json!({
                "conversation_id": sealed.conversation,
                "epoch": sealed.epoch,
                "version": sealed.place.version,
                "keyring_id": sealed.key.map(|(keyring, _)| keyring),
                "reason": reason.to_string(),
            })));
        }
        Ok(opened)
    }

    /// The place in `keys` of this key, opened now or before.
    async fn key(
        &mut self,
        conversation: ConversationId,
        epoch: Epoch,
        keyring: KeyringId,
        sealed: &[u8],
    ) -> Result<usize, Problem> {
        let known = self.keys.iter().position(|(key, of, _)| {
            *of == conversation && key.epoch == epoch && key.keyring == keyring && key.sealed == sealed
        });
        if let Some(index) = known {
            return Ok(index);
        }
        let sealed = SealedEpochKey { epoch, keyring, sealed: sealed.to_vec() };
        let key = self.app.open_epoch_key(conversation, &sealed).await?;
        self.keys.push((sealed, conversation, key));
        Ok(self.keys.len() - 1)
    }

    /// What is sealed of a file; nothing of it when it does not open, which is noted.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a keyring key is not to be had now.
    pub async fn open_media(&mut self, row: &MediaRow) -> Result<MediaDetails, Problem> {
        let (Some(sealed), Some(keyring)) = (&row.sealed, row.keyring_id) else {
            return Ok(MediaDetails::default());
        };
        // Of content: what a version before this one sealed, until it is sealed again.
        let purposes = [Purpose::Media, Purpose::Content];
        let opened = match self.app.keyring_key(keyring.into(), &purposes).await? {
            Some(key) => {
                let context = Context::Media { media: MediaId(row.id), owner: UserId(row.owner_id) };
                let key = KeyringKey { id: keyring.into(), key };
                self.app
                    .open_under(&key, &context, sealed)
                    .and_then(|json| serde_json::from_slice(&json).map_err(|_| OpenFailure::Format))
            }
            None => Err(OpenFailure::KeyMissing),
        };
        Ok(opened.unwrap_or_else(|reason| {
            let entry = Entry::about(Event::DecryptFail, "media", row.id);
            self.failures.push(entry.with(json!({"keyring_id": keyring, "reason": reason.to_string()})));
            MediaDetails::default()
        }))
    }

    /// What signs links to files, where any are given out.
    #[must_use]
    pub fn links(&self) -> Option<&'a MediaLinks> {
        self.app.media_links.as_ref()
    }

    /// Records what did not open.
    pub async fn finish(self) {
        self.app.record(self.failures).await;
    }
}
