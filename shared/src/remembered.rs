//! What one process remembers of keys, besides the unwrapped K1s: which to seal under. Hints, never the truth.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lru::LruCache;

use crate::crypto::{Purpose, SealedEpochKey};
use crate::id::{ConversationId, KeyringId};

/// How long this process goes on sealing under the K1 that it found active: the life of a cached key.
const ACTIVE_FOR: Duration = Duration::from_mins(15);

/// The ids of the active K1s that this process has read, each with the monotonic time of its reading.
#[derive(Default)]
pub struct ActiveKeys(Mutex<Vec<(Purpose, KeyringId, Duration)>>);

impl ActiveKeys {
    pub(crate) fn get(&self, purpose: Purpose, now: Duration) -> Option<KeyringId> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let &(_, id, read_at) = entries.iter().find(|entry| entry.0 == purpose)?;
        (now.saturating_sub(read_at) < ACTIVE_FOR).then_some(id)
    }

    pub(crate) fn set(&self, purpose: Purpose, id: KeyringId, now: Duration) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.0 != purpose);
        entries.push((purpose, id, now));
    }
}

/// How many conversations' sealed keys one process remembers: about 400 KB. (That it is not zero is checked when compiling.)
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(2_048).unwrap();

/// The sealed epoch keys that this process has lately sent under, so that the next send needs no round trip to learn its
/// key first. Only a hint: the statement that sends accepts it while it is the conversation's current epoch. What is
/// remembered is as useless without K1 as it is in the database.
pub struct EpochHints(Mutex<LruCache<ConversationId, SealedEpochKey>>);

impl Default for EpochHints {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl EpochHints {
    /// What is remembered of a conversation.
    #[must_use]
    pub fn get(&self, conversation: ConversationId) -> Option<SealedEpochKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&conversation).cloned()
    }

    /// Remembers a conversation's current key.
    pub fn set(&self, conversation: ConversationId, key: SealedEpochKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(conversation, key);
    }
}

/// How many conversations' epochs one process remembers for searches: of each 150 KB at the most, and mostly well under 2.
const SEARCHED: NonZeroUsize = NonZeroUsize::new(128).unwrap();

/// The sealed keys of all epochs of the conversations that this process has lately searched, the newest first: what is
/// searched for has another token in each. Only a hint: the statement that searches says which are missing.
pub struct SearchHints(Mutex<LruCache<ConversationId, Arc<[SealedEpochKey]>>>);

impl Default for SearchHints {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(SEARCHED)))
    }
}

impl SearchHints {
    /// What is remembered of a conversation; empty when nothing is.
    #[must_use]
    pub fn get(&self, conversation: ConversationId) -> Arc<[SealedEpochKey]> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(&conversation).cloned().unwrap_or_default()
    }

    /// Remembers a conversation's keys.
    pub fn set(&self, conversation: ConversationId, keys: Arc<[SealedEpochKey]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(conversation, keys);
    }
}
