//! Calls in a session.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Response, Url};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use crate::call::Call;
use crate::session::Keeper;
use crate::world::{new_id, wait};
use crate::{
    Content, Credentials, Error, MemoryStore, Message, NewMessage, Refresh, Registration, Secret, Session,
    SessionWithUser, Store,
};

/// How long a client waits, how often it tries, and whom it trusts.
#[derive(Clone, Debug)]
pub struct Options {
    /// For each try of a call.
    pub timeout: Duration,
    /// How often a call is tried again where that is safe.
    pub retries: u32,
    /// A longer wait than this that the server asks for is left to the caller.
    pub longest_wait: Duration,
    /// Certificates of authorities, in PEM (RFC 7468), that are trusted besides those that browsers trust: for a server with a certificate of
    /// one's own.
    pub authorities: Option<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(15),
            retries: 3,
            longest_wait: Duration::from_secs(10),
            authorities: None,
        }
    }
}

/// Calls of one Talkify server in one session. Clones share the session.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    base: Url,
    pub(crate) http: reqwest::Client,
    /// How connections are secured, also those of sockets.
    pub(crate) tls: Arc<ClientConfig>,
    keeper: Keeper,
    options: Options,
}

impl Client {
    /// A client of the server at this address, as in `https://chat.example.org`, with its session in memory.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::with(address, Arc::new(MemoryStore::default()), Options::default())
    }

    /// A client whose session is kept in this store.
    ///
    /// # Errors
    /// [`Error::Address`], [`Error::Authorities`].
    pub fn with(address: &str, store: Arc<dyn Store>, options: Options) -> Result<Self, Error> {
        let base = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let base = base.ok_or_else(|| Error::Address(address.to_owned()))?;
        let roots = roots(options.authorities.as_deref())?;
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Network(Box::new(error)))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls.clone()).build()?;
        let shared = Shared { base, http, tls: Arc::new(tls), keeper: Keeper::new(store), options };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The session there is.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn session(&self) -> Result<Option<Session>, Error> {
        self.shared.keeper.session().await
    }

    /// Registers a user and logs them in.
    ///
    /// # Errors
    /// Those of `register_user`.
    pub async fn register(&self, registration: &Registration) -> Result<Session, Error> {
        let answer = self.register_user(registration).await?;
        let session = SessionWithUser {
            session_id: answer.session.session_id,
            access_token: answer.session.access_token,
            refresh_token: answer.session.refresh_token,
            expires_in: answer.session.expires_in,
            token_type: crate::SessionWithUserTokenType::Bearer,
            user: answer.user,
        };
        self.entered(session).await
    }

    /// Logs in. An unknown user and a wrong password are one error, with the code `invalid_credentials`.
    ///
    /// # Errors
    /// Those of `create_session`.
    pub async fn login(
        &self,
        username: &str,
        password: Secret,
        device_name: Option<&str>,
    ) -> Result<Session, Error> {
        let device_name = device_name.map(str::to_owned);
        let credentials = Credentials { username: username.to_owned(), password, device_name };
        self.entered(self.create_session(&credentials).await?).await
    }

    /// Ends the session here and at the server. Here it has ended even if the server cannot be reached.
    ///
    /// # Errors
    /// That the server could not be told.
    pub async fn logout(&self) -> Result<(), Error> {
        let told = self.delete_current_session().await;
        self.shared.keeper.set(None).await?;
        match told {
            Err(error) if !error.ends_session() => Err(error),
            _ => Ok(()),
        }
    }

    /// Sends a message under a new name. However often it is tried, it is one message.
    ///
    /// # Errors
    /// Those of `send_message`.
    pub async fn say(&self, conversation_id: uuid::Uuid, content: Content) -> Result<Message, Error> {
        self.send_message(conversation_id, &NewMessage::new(new_id(), content)).await
    }

    async fn entered(&self, answer: SessionWithUser) -> Result<Session, Error> {
        let session = Session::of(answer);
        self.shared.keeper.set(Some(session.clone())).await?;
        Ok(session)
    }

    /// What a call answers.
    pub(crate) async fn answered<A: DeserializeOwned>(&self, call: Call) -> Result<A, Error> {
        Ok(serde_json::from_slice(&self.send(&call).await?)?)
    }

    /// Makes a call that answers nothing.
    pub(crate) async fn done(&self, call: Call) -> Result<(), Error> {
        self.send(&call).await.map(drop)
    }

    async fn send(&self, call: &Call) -> Result<Vec<u8>, Error> {
        let options = call.options(&self.shared.options);
        for attempt in 1.. {
            let error = match self.in_session(call).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            // What was refused with 429 was not done. Of anything else one cannot know.
            let again = error.is_retryable() && (call.is_repeatable() || error.status() == Some(429));
            let wait = wait(attempt, error.retry_after(), Duration::from_millis(250), Duration::from_secs(5));
            if !again || attempt > options.retries || wait > options.longest_wait {
                return Err(error);
            }
            sleep(wait).await;
        }
        Err(Error::TimedOut)
    }

    /// One try. A token that is refused is replaced, and the request sent with the new one: what is refused is not done.
    async fn in_session(&self, call: &Call) -> Result<Vec<u8>, Error> {
        if call.open {
            return self.once(call, None).await;
        }
        let token = self.access_token(None).await?;
        match self.once(call, Some(&token)).await {
            Err(error) if error.status() == Some(401) => {
                self.once(call, Some(&self.access_token(Some(&token)).await?)).await
            }
            done => done,
        }
    }

    async fn access_token(&self, refused: Option<&Secret>) -> Result<Secret, Error> {
        self.shared.keeper.access_token(refused, |refresh_token| self.refreshed(refresh_token)).await
    }

    /// New tokens. Boxed, since a call that needs a token makes this one.
    fn refreshed(&self, refresh_token: Secret) -> BoxFuture<'_, Result<SessionWithUser, Error>> {
        Box::pin(async move { self.refresh_session(&Refresh { refresh_token }).await })
    }

    async fn once(&self, call: &Call, token: Option<&Secret>) -> Result<Vec<u8>, Error> {
        let shared = &*self.shared;
        let mut request = shared.http.request(call.method.clone(), call.url(&shared.base)?);
        request = request.timeout(call.options(&shared.options).timeout).header(ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.reveal()));
        }
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_vec());
        }
        let response: Response = request.send().await?;
        if response.status().is_success() {
            Ok(response.bytes().await?.to_vec())
        } else {
            Err(Error::of(response).await)
        }
    }
}

/// Mozilla's list of authorities, and those that are given.
fn roots(authorities: Option<&[u8]>) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let Some(pem) = authorities else { return Ok(roots) };
    let mut none = true;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| Error::Authorities(error.to_string()))?;
        roots.add(certificate).map_err(|error| Error::Authorities(error.to_string()))?;
        none = false;
    }
    if none { Err(Error::Authorities("there is no certificate in it".to_owned())) } else { Ok(roots) }
}
