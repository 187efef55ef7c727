//! The keyring keys K1 that this process has unwrapped, so that KMS is never on the warm path.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;

use super::key::Key;
use super::kms::{Kms, KmsFailure, Purpose, WrappedKey};
use crate::clock::Clock;
use crate::id::KeyringId;
use crate::random::{Random, bytes};

/// How long a key serves before KMS is asked again, at the most: a disabled key bites within this time. Each entry gets up to 10 % less,
/// so that many environments started together do not ask together.
const LIFETIME: Duration = Duration::from_mins(15);
/// From this share of its life on, a use of the key starts its renewal beside the request.
const RENEW_AT_PERCENT: u32 = 80;
/// How long a key serves at the most while KMS is unavailable (never when KMS refuses).
const STALE_LIFETIME: Duration = Duration::from_hours(1);
/// How long to wait for KMS, whatever the client behind does: with the slowest database a request still ends in its function's time.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a stale key serves before KMS is asked again: not every request shall wait for a service that is away.
const STALE_PAUSE: Duration = Duration::from_secs(30);
/// How long a key that KMS refused is not asked for again: each request goes without it at once, and KMS is not asked by all of them.
const REFUSED_PAUSE: Duration = Duration::from_secs(10);

/// No key: KMS refused it, or gave none in time and no usable copy is left. Requests fail closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("keyring key {id}: {failure}")]
pub struct KeyUnavailable {
    /// Which key.
    pub id: KeyringId,
    /// What KMS said.
    pub failure: KmsFailure,
}

struct Entry {
    wrapped: WrappedKey,
    key: Key,
    fetched_wall: OffsetDateTime,
    fetched_monotonic: Duration,
    lifetime: Duration,
    /// Until when, by the monotonic clock, it serves though stale.
    pause_until: Option<Duration>,
}

impl Entry {
    fn serves(&self, clock: &dyn Clock) -> bool {
        let age = self.age(clock);
        let paused = self.pause_until.is_some_and(|until| clock.monotonic() < until);
        age < self.lifetime || (paused && age < STALE_LIFETIME)
    }

    fn is_due_for_renewal(&self, clock: &dyn Clock) -> bool {
        let paused = self.pause_until.is_some_and(|until| clock.monotonic() < until);
        !paused && self.age(clock) >= self.lifetime * RENEW_AT_PERCENT / 100
    }

    fn age(&self, clock: &dyn Clock) -> Duration {
        age(clock, self.fetched_wall, self.fetched_monotonic)
    }
}

/// The larger of what the two clocks say: a frozen environment stops one, a set-back wall clock the other.
fn age(clock: &dyn Clock, wall: OffsetDateTime, monotonic: Duration) -> Duration {
    let by_wall = clock.now() - wall;
    let by_monotonic = clock.monotonic().saturating_sub(monotonic);
    // A wall clock that ran backwards tells nothing; the monotonic one still does.
    by_monotonic.max(by_wall.try_into().unwrap_or_default())
}

/// That KMS refused a key lately.
struct Refusal {
    /// In which form: wrapped again, it is asked for at once.
    blob: Vec<u8>,
    failure: KmsFailure,
    wall: OffsetDateTime,
    monotonic: Duration,
}

struct Inner {
    kms: Arc<dyn Kms>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// By what it was unwrapped for, too: that a row says so now makes no key of one purpose one of another.
    entries: Mutex<HashMap<(Purpose, KeyringId), Entry>>,
    refusals: Mutex<HashMap<(Purpose, KeyringId), Refusal>>,
    /// Held while KMS is asked: many requests that miss together make one call.
    flight: tokio::sync::Mutex<()>,
}

/// K1s by purpose and id, unwrapped by KMS once in about 15 minutes.
#[derive(Clone)]
pub struct KeyCache {
    inner: Arc<Inner>,
}

impl KeyCache {
    /// An empty cache before `kms`.
    #[must_use]
    pub fn new(kms: Arc<dyn Kms>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let (entries, refusals, flight) = (Mutex::default(), Mutex::default(), tokio::sync::Mutex::default());
        Self { inner: Arc::new(Inner { kms, clock, random, entries, refusals, flight }) }
    }

    /// The key if it is here and may serve; renews it in the background towards the end of its life.
    #[must_use]
    pub fn fresh(&self, purpose: Purpose, id: KeyringId) -> Option<Key> {
        let (key, wrapped, renewal_due) = self.inner.with_entries(|entries| {
            let entry = entries.get(&(purpose, id))?;
            let clock = &*self.inner.clock;
            let renewal_due = entry.is_due_for_renewal(clock);
            entry.serves(clock).then(|| (entry.key.clone(), entry.wrapped.clone(), renewal_due))
        })?;
        if renewal_due {
            self.renew_beside(wrapped);
        }
        Some(key)
    }

    /// The key, asking KMS only when no fresh copy is here; one call however many ask at once.
    ///
    /// # Errors
    /// [`KeyUnavailable`]: a refusal evicts the key at once, and is not asked for again for 10 seconds; while KMS is unavailable, a
    /// copy of up to 60 minutes serves.
    pub async fn key(&self, wrapped: &WrappedKey) -> Result<Key, KeyUnavailable> {
        if let Some(key) = self.fresh(wrapped.purpose, wrapped.id) {
            return Ok(key);
        }
        let _flight = self.inner.flight.lock().await;
        if let Some(key) = self.fresh(wrapped.purpose, wrapped.id) {
            return Ok(key);
        }
        if let Some(failure) = self.inner.refusal(wrapped) {
            return Err(KeyUnavailable { id: wrapped.id, failure });
        }
        self.inner.fetch(wrapped).await
    }

    fn renew_beside(&self, wrapped: WrappedKey) {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            // Somebody is asking already.
            let Ok(_flight) = inner.flight.try_lock() else { return };
            if !inner.is_due_for_renewal(&wrapped) {
                return;
            }
            if let Err(failure) = inner.fetch(&wrapped).await {
                tracing::error!(event = "crypt_key_refused", %failure, "a keyring key was refused at its renewal");
            }
        });
    }
}

impl Inner {
    fn with_entries<T>(&self, f: impl FnOnce(&mut HashMap<(Purpose, KeyringId), Entry>) -> T) -> T {
        // A poisoned lock only says that another thread panicked; the map itself is always whole.
        f(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_due_for_renewal(&self, wrapped: &WrappedKey) -> bool {
        self.with_entries(|entries| {
            entries
                .get(&(wrapped.purpose, wrapped.id))
                .is_some_and(|entry| entry.is_due_for_renewal(&*self.clock))
        })
    }

    fn with_refusals<T>(&self, f: impl FnOnce(&mut HashMap<(Purpose, KeyringId), Refusal>) -> T) -> T {
        f(&mut self.refusals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What KMS said of this very key a moment ago, if it refused it.
    fn refusal(&self, wrapped: &WrappedKey) -> Option<KmsFailure> {
        self.with_refusals(|refusals| {
            refusals.retain(|_, refusal| age(&*self.clock, refusal.wall, refusal.monotonic) < REFUSED_PAUSE);
            let refusal = refusals.get(&(wrapped.purpose, wrapped.id))?;
            (refusal.blob == wrapped.blob).then(|| refusal.failure.clone())
        })
    }

    async fn fetch(&self, wrapped: &WrappedKey) -> Result<Key, KeyUnavailable> {
        let unwrapped = timeout(PATIENCE, self.kms.unwrap(wrapped)).await;
        match unwrapped.unwrap_or_else(|_| Err(KmsFailure::Unavailable("no answer in time".to_owned()))) {
            Ok(key) => {
                let entry = Entry {
                    wrapped: wrapped.clone(),
                    key: key.clone(),
                    fetched_wall: self.clock.now(),
                    fetched_monotonic: self.clock.monotonic(),
                    lifetime: self.jittered_lifetime(),
                    pause_until: None,
                };
                self.with_entries(|entries| entries.insert((wrapped.purpose, wrapped.id), entry));
                Ok(key)
            }
            Err(failure @ KmsFailure::Refused(_)) => {
                self.with_entries(|entries| entries.remove(&(wrapped.purpose, wrapped.id)));
                let refusal = Refusal {
                    blob: wrapped.blob.clone(),
                    failure: failure.clone(),
                    wall: self.clock.now(),
                    monotonic: self.clock.monotonic(),
                };
                self.with_refusals(|refusals| refusals.insert((wrapped.purpose, wrapped.id), refusal));
                Err(KeyUnavailable { id: wrapped.id, failure })
            }
            Err(failure @ KmsFailure::Unavailable(_)) => {
                let stale = self.with_entries(|entries| {
                    // What is away for one key is away for all: a request that needs several shall wait once.
                    for entry in entries.values_mut() {
                        entry.pause_until = Some(self.clock.monotonic() + STALE_PAUSE);
                    }
                    let entry = entries.get(&(wrapped.purpose, wrapped.id))?;
                    (entry.age(&*self.clock) < STALE_LIFETIME).then(|| entry.key.clone())
                });
                if stale.is_some() {
                    tracing::warn!(event = "crypt_key_stale", keyring_id = %wrapped.id, %failure, "serving a stale keyring key");
                }
                stale.ok_or(KeyUnavailable { id: wrapped.id, failure })
            }
        }
    }

    /// 90 to 100 % of [`LIFETIME`].
    fn jittered_lifetime(&self) -> Duration {
        let percent = bytes::<1>(&*self.random).map_or(90, |byte| 90 + u32::from(byte[0]) % 11);
        LIFETIME * percent / 100
    }
}
