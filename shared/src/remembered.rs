//! What one process remembers of keys, besides the unwrapped K1s: which to seal under. Hints, never the truth.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lru::LruCache;
use time::{Date, OffsetDateTime};

use crate::audit::Sameness;
use crate::clock::Clock;
use crate::crypto::{Purpose, SealedEpochKey};
use crate::id::{ConversationId, Epoch, KeyringId};

/// How long this process goes on sealing under the K1 that it found active: the life of a cached key.
const ACTIVE_FOR: Duration = Duration::from_mins(15);

/// The ids of the active K1s that this process has read, each with the times of its reading: by the wall clock, which a frozen
/// environment does not stop, and by the monotonic one, which nobody sets back.
#[derive(Default)]
pub struct ActiveKeys(Mutex<Vec<(Purpose, KeyringId, OffsetDateTime, Duration)>>);

impl ActiveKeys {
    pub(crate) fn get(&self, purpose: Purpose, clock: &dyn Clock) -> Option<KeyringId> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let &(_, id, wall, monotonic) = entries.iter().find(|entry| entry.0 == purpose)?;
        let by_wall = Duration::try_from(clock.now() - wall).unwrap_or_default();
        let age = clock.monotonic().saturating_sub(monotonic).max(by_wall);
        (age < ACTIVE_FOR).then_some(id)
    }

    /// Forgets which is active: the next to ask reads it.
    pub fn forget(&self, purpose: Purpose) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|entry| entry.0 != purpose);
    }

    /// Remembers which is active, as a statement has just said.
    pub fn set(&self, purpose: Purpose, id: KeyringId, clock: &dyn Clock) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.0 != purpose);
        entries.push((purpose, id, clock.now(), clock.monotonic()));
    }
}

/// How many conversations' sealed keys one process remembers: about 400 KB. (That it is not zero is checked when compiling.)
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(2_048).unwrap();

/// An epoch that seals new messages, as far as this process knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochHint {
    /// Its key.
    pub key: SealedEpochKey,
    /// When another one is due, and the number that it would have; `None` when that was not asked.
    pub due: Option<(OffsetDateTime, Epoch)>,
}

/// The sealed epoch keys that this process has lately sent under, so that the next send needs no round trip to learn its
/// key first: of messages that stay, and of those that disappear on a day (UTC). Only a hint: the statement that sends accepts
/// it while it is the epoch to seal under. What is remembered is as useless without K1 as it is in the database.
pub struct EpochHints(Mutex<LruCache<(ConversationId, Option<Date>), EpochHint>>);

impl Default for EpochHints {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl EpochHints {
    /// What is remembered of a conversation's messages that disappear on this day, or of those that stay.
    #[must_use]
    pub fn get(&self, conversation: ConversationId, day: Option<Date>) -> Option<EpochHint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(conversation, day)).cloned()
    }

    /// The key of what stays, if one is remembered.
    #[must_use]
    pub fn key(&self, conversation: ConversationId) -> Option<SealedEpochKey> {
        self.get(conversation, None).map(|hint| hint.key)
    }

    /// Forgets the keys of days before this one: they are destroyed by now.
    pub(crate) fn forget_before(&self, today: Date) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |((_, day), _): &(&(ConversationId, Option<Date>), &EpochHint)| {
            day.is_some_and(|day| day < today)
        };
        let gone: Vec<_> = entries.iter().filter(over).map(|(place, _)| *place).collect();
        for place in gone {
            entries.pop(&place);
        }
    }

    /// Remembers an epoch, and of one that is known already when it is due.
    pub fn set(&self, conversation: ConversationId, day: Option<Date>, mut hint: EpochHint) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hint.due.is_none()
            && let Some(known) = entries.get(&(conversation, day))
            && known.key.epoch == hint.key.epoch
        {
            hint.due = known.due;
        }
        entries.put((conversation, day), hint);
    }
}

/// How many events that are recorded once in a while one process remembers.
const RECORDED: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();

/// What was recorded of what comes again and again: of whom, what, and when. `App::record` asks the database too, on behalf of
/// other environments.
pub(crate) struct Recorded(Mutex<LruCache<(Sameness, String), Duration>>);

impl Default for Recorded {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(RECORDED)))
    }
}

impl Recorded {
    /// Whether this is to be recorded, since the same was not for so long; from then on it is as good as recorded.
    pub(crate) fn is_new(&self, same: Sameness, what: String, now: Duration, pause: Duration) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = entries.get(&(same, what.clone())).copied();
        if before.is_some_and(|recorded| now.saturating_sub(recorded) < pause) {
            return false;
        }
        entries.put((same, what), now);
        true
    }

    /// Nothing of it was recorded after all.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
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
