//! The session: kept somewhere, and renewed once at a time.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use uuid::Uuid;

use crate::world::now;
use crate::{Error, Secret, SessionWithUser};

/// An access token is replaced when it has less than this left, in seconds.
const MARGIN: u64 = 30;
/// How often a store is looked at for what another client got, and for how long: so long the server takes a token that comes twice for a
/// race.
const RACE: (u32, Duration) = (40, Duration::from_millis(250));

/// The tokens of a log-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The session's own id.
    pub session_id: Uuid,
    /// What calls carry.
    pub access_token: Secret,
    /// What gets the next pair; works once.
    pub refresh_token: Secret,
    /// When the access token ends, in seconds since 1970 by this machine's clock.
    pub expires_at: u64,
    /// Who is logged in.
    pub user_id: Uuid,
    /// The name that they log in with.
    pub username: String,
}

impl Session {
    /// The session of an answer that came now.
    pub(crate) fn of(answer: SessionWithUser) -> Self {
        Self {
            session_id: answer.session_id,
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            expires_at: now().saturating_add_signed(answer.expires_in),
            user_id: answer.user.id,
            username: answer.user.username,
        }
    }
}

/// Where a session is kept. Several clients may share one, if `lock` lets in one of them at a time. It may block.
pub trait Store: Send + Sync + 'static {
    /// The session that was saved last.
    ///
    /// # Errors
    /// That it cannot be read.
    fn load(&self) -> io::Result<Option<Session>>;
    /// Keeps a session, or that there is none.
    ///
    /// # Errors
    /// That it cannot be kept.
    fn save(&self, session: Option<&Session>) -> io::Result<()>;
    /// Waits until no other client of the same store renews its session. It is free again when the answer is dropped.
    ///
    /// # Errors
    /// That it cannot be locked.
    fn lock(&self) -> io::Result<Box<dyn Send>> {
        Ok(Box::new(()))
    }
}

/// Keeps a session in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Option<Session>>);

impl MemoryStore {
    /// A store that has this session.
    #[must_use]
    pub fn with(session: Session) -> Self {
        Self(Mutex::new(Some(session)))
    }
}

impl Store for MemoryStore {
    fn load(&self) -> io::Result<Option<Session>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, session: Option<&Session>) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = session.cloned();
        Ok(())
    }
}

/// Holds the session and renews it. Whoever needs a token while one is fetched waits for that one: a refresh token that comes twice
/// ends the session.
pub struct Keeper {
    store: Arc<dyn Store>,
    /// What is known of the store; none before it was looked at.
    held: tokio::sync::Mutex<Option<Option<Session>>>,
}

impl Keeper {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, held: tokio::sync::Mutex::new(None) }
    }

    /// The session there is.
    pub async fn session(&self) -> Result<Option<Session>, Error> {
        let mut held = self.held.lock().await;
        Ok(self.known(&mut held).await?.clone())
    }

    /// Takes a new session, or forgets the one there is.
    pub async fn set(&self, session: Option<Session>) -> Result<(), Error> {
        let mut held = self.held.lock().await;
        self.keep(&mut held, session).await
    }

    /// An access token that is good for a while yet. `refused` is one that the server did not take; `ask` gets new tokens.
    pub async fn access_token<'client>(
        &self,
        refused: Option<&Secret>,
        ask: impl FnOnce(Secret) -> BoxFuture<'client, Result<SessionWithUser, Error>>,
    ) -> Result<Secret, Error> {
        let mut held = self.held.lock().await;
        let session = self.known(&mut held).await?.clone().ok_or(Error::NoSession)?;
        if refused != Some(&session.access_token) && session.expires_at > now() + MARGIN {
            return Ok(session.access_token);
        }
        let lock = self.blocking(|store| store.lock()).await?;
        let stored = self.blocking(|store| store.load()).await?;
        let renewed = match stored {
            None => Err(Error::NoSession),
            // Another client of this store was first.
            Some(stored) if stored.access_token != session.access_token => Ok(stored),
            Some(stored) => ask(stored.refresh_token).await.map(Session::of),
        };
        let renewed = match renewed {
            Err(error) if error.code() == Some("token_recently_rotated") => {
                drop(lock);
                self.others(&session).await
            }
            done => done,
        };
        match renewed {
            Ok(session) => {
                self.keep(&mut held, Some(session.clone())).await?;
                Ok(session.access_token)
            }
            Err(error) if error.ends_session() => {
                self.keep(&mut held, None).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Waits for the tokens that another client got for the same one. If it was ours, and the answer was lost, the session is.
    async fn others(&self, old: &Session) -> Result<Session, Error> {
        for _ in 0..RACE.0 {
            match self.blocking(|store| store.load()).await? {
                Some(stored) if stored.access_token != old.access_token => return Ok(stored),
                _ => sleep(RACE.1).await,
            }
        }
        Err(Error::NoSession)
    }

    async fn known<'held>(
        &self,
        held: &'held mut Option<Option<Session>>,
    ) -> Result<&'held Option<Session>, Error> {
        let known = match held.take() {
            Some(known) => known,
            None => self.blocking(|store| store.load()).await?,
        };
        Ok(held.insert(known))
    }

    async fn keep(&self, held: &mut Option<Option<Session>>, session: Option<Session>) -> Result<(), Error> {
        let kept = session.clone();
        self.blocking(move |store| store.save(kept.as_ref())).await?;
        *held = Some(session);
        Ok(())
    }

    async fn blocking<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&dyn Store) -> io::Result<T> + Send + 'static,
    {
        let store = Arc::clone(&self.store);
        let done = spawn_blocking(move || work(&*store)).await;
        done.map_err(io::Error::other).and_then(|done| done).map_err(Error::Store)
    }
}
