//! Doubles of what comes in from the edge: a key service that misbehaves on demand and a clock that is moved by hand.

mod faulty_kms;
mod locked;
mod queue;
mod rights;
mod signer;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use shared::clock::{Clock, SystemClock};
use shared::crypto::{BoxFuture, Key, Kms, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use shared::objects::{Attachment, Fetched, ObjectFailure, Objects};
use shared::queue::{Queue, QueueFailure};
use shared::random::{SystemRandom, bytes};
use shared::worker::Task;
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::task::yield_now;

pub use self::faulty_kms::{FaultyKms, KmsFault};
pub use self::locked::FakeLockedBucket;
pub use self::queue::{FakeSqs, killed_at};
pub use self::rights::KmsOfRole;
pub use self::signer::FakeSigner;

/// How the key service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KmsMood {
    /// As it should.
    #[default]
    Well,
    /// With a refusal, as for a disabled key.
    Refusing,
    /// Not in time.
    Unavailable,
}

/// A key service in memory that counts its calls and holds callers to the context a key was made with.
#[derive(Default)]
pub struct FakeKms {
    mood: Mutex<KmsMood>,
    keys: Mutex<HashMap<Vec<u8>, (Purpose, KeyringId, Key)>>,
    unwraps: AtomicUsize,
    disabled: Mutex<Vec<String>>,
}

impl FakeKms {
    /// Disables one of its KMS keys, or all that are called so.
    pub fn disables(&self, kms_key: &str) {
        self.disabled.lock().unwrap().push(kms_key.to_owned());
    }

    /// Enables every KMS key again.
    pub fn enables_all(&self) {
        self.disabled.lock().unwrap().clear();
    }

    /// Makes it answer so from now on.
    pub fn set_mood(&self, mood: KmsMood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How often a key was asked to be unwrapped.
    #[must_use]
    pub fn unwraps(&self) -> usize {
        self.unwraps.load(SeqCst)
    }

    fn mood(&self) -> Result<(), KmsFailure> {
        match *self.mood.lock().unwrap() {
            KmsMood::Well => Ok(()),
            KmsMood::Refusing => Err(KmsFailure::Refused("DisabledException".to_owned())),
            KmsMood::Unavailable => Err(KmsFailure::Unavailable("no answer in time".to_owned())),
        }
    }
}

impl Kms for FakeKms {
    fn generate(
        &self,
        purpose: Purpose,
        id: KeyringId,
    ) -> BoxFuture<'_, Result<(Key, WrappedKey), KmsFailure>> {
        Box::pin(async move {
            self.mood()?;
            let key = Key::generate(&SystemRandom).unwrap();
            let blob = bytes::<32>(&SystemRandom).unwrap().to_vec();
            self.keys.lock().unwrap().insert(blob.clone(), (purpose, id, key.clone()));
            Ok((key, WrappedKey { id, purpose, blob, kms_key: "fake".to_owned() }))
        })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a WrappedKey) -> BoxFuture<'a, Result<Key, KmsFailure>> {
        Box::pin(async move {
            self.unwraps.fetch_add(1, SeqCst);
            if self.disabled.lock().unwrap().contains(&wrapped.kms_key) {
                return Err(KmsFailure::Refused("DisabledException".to_owned()));
            }
            // As over a network: others run while the answer is on its way.
            yield_now().await;
            self.mood()?;
            match self.keys.lock().unwrap().get(&wrapped.blob) {
                Some((purpose, id, key)) if (*purpose, *id) == (wrapped.purpose, wrapped.id) => {
                    Ok(key.clone())
                }
                _ => Err(KmsFailure::Refused("InvalidCiphertextException".to_owned())),
            }
        })
    }

    fn rewrap<'a>(
        &'a self,
        wrapped: &'a WrappedKey,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move {
            let key = self.unwrap(wrapped).await?;
            let (id, purpose) = (wrapped.id, wrapped.purpose);
            let blob = bytes::<32>(&SystemRandom).unwrap().to_vec();
            self.keys.lock().unwrap().insert(blob.clone(), (purpose, id, key));
            Ok(WrappedKey { id, purpose, blob, kms_key: kms_key.to_owned() })
        })
    }

    fn wrap<'a>(
        &'a self,
        key: &'a Key,
        purpose: Purpose,
        id: KeyringId,
        kms_key: &'a str,
    ) -> BoxFuture<'a, Result<WrappedKey, KmsFailure>> {
        Box::pin(async move {
            self.mood()?;
            let blob = bytes::<32>(&SystemRandom).unwrap().to_vec();
            self.keys.lock().unwrap().insert(blob.clone(), (purpose, id, key.clone()));
            Ok(WrappedKey { id, purpose, blob, kms_key: kms_key.to_owned() })
        })
    }
}

/// A queue that keeps what is sent to it, or takes nothing.
#[derive(Default)]
pub struct FakeQueue {
    sent: Mutex<Vec<String>>,
    delays: Mutex<Vec<Duration>>,
    broken: AtomicBool,
}

impl FakeQueue {
    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }

    /// What was sent since it was last emptied, each with its delay.
    pub fn take(&self) -> Vec<(String, Duration)> {
        let (mut sent, mut delays) = (self.sent.lock().unwrap(), self.delays.lock().unwrap());
        sent.drain(..).zip(delays.drain(..)).collect()
    }

    /// From now on it takes nothing.
    pub fn breaks(&self) {
        self.broken.store(true, SeqCst);
    }

    /// From now on it takes everything again.
    pub fn is_mended(&self) {
        self.broken.store(false, SeqCst);
    }
}

impl Queue for FakeQueue {
    fn send_after(&self, body: String, delay: Duration) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(async move {
            if self.broken.load(SeqCst) {
                return Err(QueueFailure("broken".to_owned()));
            }
            self.sent.lock().unwrap().push(body);
            self.delays.lock().unwrap().push(delay);
            // As over a network: it has the message before its sender knows.
            yield_now().await;
            Ok(())
        })
    }

    fn send_all(&self, bodies: Vec<String>) -> BoxFuture<'_, Result<(), QueueFailure>> {
        Box::pin(async move {
            for body in bodies {
                self.send(body).await?;
            }
            Ok(())
        })
    }
}

/// A record of a queue as its worker is given it, at its first attempt.
#[must_use]
pub fn task<'a>(id: &'a str, body: &'a str) -> Task<'a> {
    Task { id, body, attempt: 1, sent_at: SystemClock::start().now() }
}

/// A bucket in memory that can be told to fail, or to keep whoever stores something waiting.
#[derive(Default)]
pub struct FakeObjects {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    broken: AtomicBool,
    held: AtomicBool,
    waiting: Notify,
    released: Notify,
}

impl FakeObjects {
    /// The keys of what is stored.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    /// Stores this, as a client with a form does.
    pub fn add(&self, key: &str, object: &[u8]) {
        self.objects.lock().unwrap().insert(key.to_owned(), object.to_vec());
    }

    /// What is stored under a key.
    #[must_use]
    pub fn stored(&self, key: &str) -> Option<Vec<u8>> {
        self.objects.lock().unwrap().get(key).cloned()
    }

    /// From now on it takes and deletes nothing, or does so again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, SeqCst);
    }

    /// From now on whoever has stored something is told so only by [`Self::releases`], or at once again.
    pub fn set_held(&self, held: bool) {
        self.held.store(held, SeqCst);
    }

    /// Waits until somebody has stored something and is not told so.
    pub async fn holds_somebody(&self) {
        self.waiting.notified().await;
    }

    /// Lets the one go who waits.
    pub fn releases(&self) {
        self.released.notify_one();
    }

    fn works(&self) -> Result<(), ObjectFailure> {
        if self.broken.load(SeqCst) { Err(ObjectFailure("broken".to_owned())) } else { Ok(()) }
    }
}

impl Objects for FakeObjects {
    fn put<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        _attachment: Attachment,
    ) -> BoxFuture<'a, Result<(), ObjectFailure>> {
        Box::pin(async move {
            self.works()?;
            self.objects.lock().unwrap().insert(key.to_owned(), std::fs::read(file).unwrap());
            yield_now().await;
            if self.held.load(SeqCst) {
                self.waiting.notify_one();
                self.released.notified().await;
            }
            Ok(())
        })
    }

    fn fetch<'a>(
        &'a self,
        key: &'a str,
        file: &'a Path,
        most: u64,
    ) -> BoxFuture<'a, Result<Fetched, ObjectFailure>> {
        Box::pin(async move {
            self.works()?;
            let Some(object) = self.stored(key) else { return Ok(Fetched::Missing) };
            let size = u64::try_from(object.len()).unwrap();
            if size > most {
                return Ok(Fetched::TooLarge);
            }
            std::fs::write(file, object).unwrap();
            Ok(Fetched::Whole(size))
        })
    }

    fn delete_all<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<(), ObjectFailure>> {
        Box::pin(async move {
            self.works()?;
            self.objects.lock().unwrap().retain(|key, _| !key.starts_with(prefix));
            yield_now().await;
            Ok(())
        })
    }

    fn link<'a>(
        &'a self,
        key: &'a str,
        _now: OffsetDateTime,
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<String, ObjectFailure>> {
        Box::pin(
            async move { Ok(format!("https://bucket.example.org/{key}?seconds={}", lifetime.as_secs())) },
        )
    }
}

/// The system's clocks, put forward by hand.
pub struct FakeClock {
    system: SystemClock,
    wall: Mutex<Duration>,
    monotonic: Mutex<Duration>,
}

impl Default for FakeClock {
    fn default() -> Self {
        Self { system: SystemClock::start(), wall: Mutex::default(), monotonic: Mutex::default() }
    }
}

impl FakeClock {
    /// Puts both clocks forward.
    pub fn advance(&self, by: Duration) {
        self.advance_wall(by);
        self.advance_monotonic(by);
    }

    /// Puts the wall clock forward, as when an environment was frozen.
    pub fn advance_wall(&self, by: Duration) {
        *self.wall.lock().unwrap() += by;
    }

    /// Puts the monotonic clock forward, as when the wall clock was set back.
    pub fn advance_monotonic(&self, by: Duration) {
        *self.monotonic.lock().unwrap() += by;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> OffsetDateTime {
        self.system.now() + *self.wall.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.system.monotonic() + *self.monotonic.lock().unwrap()
    }
}
