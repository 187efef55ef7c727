//! Calls to addresses that others have given us: browsers' push services, webhooks.
//!
//! A name is resolved here, every address it stands for is checked, and one of those very addresses is connected to: what the
//! name stands for a moment later makes no difference. Redirects are not followed, no proxy is asked, and time and size of an
//! answer are bounded.

mod address;
mod resolver;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use self::resolver::{NotPublic, Resolver};
use crate::url::LocalReceivers;

pub use self::address::is_public;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection that nothing was sent over for so long is not used again: a frozen environment's are dead.
const IDLE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 16 * 1024;

/// Which addresses may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public ones, and this machine's where local receivers are allowed: for URLs that others give.
    Public(LocalReceivers),
    /// Any: for URLs that whoever deploys gives.
    Any,
}

impl Reach {
    fn permits(self, address: std::net::IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Public(local) => {
                is_public(address) || (local == LocalReceivers::Allowed && address.is_loopback())
            }
        }
    }
}

/// Which versions of HTTP are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1.
    One,
    /// HTTP/2 and no other, as APNs wants it.
    Two,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Why nothing was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// One of the addresses is not public.
    #[error("address_not_public")]
    NotPublic,
    /// No connection, or none that is trusted: nothing was sent.
    #[error("unreachable")]
    Unreachable,
    /// The connection broke while the request or its answer was on its way: nobody knows which.
    #[error("broken")]
    Broken,
    /// No answer in time.
    #[error("timed_out")]
    TimedOut,
}

/// A client; its connections are used again for a few seconds.
pub struct Outbound {
    reach: Reach,
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
}

impl Outbound {
    /// One with Mozilla's root certificates.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the panic below cannot happen")]
    #[expect(clippy::expect_used, reason = "ring knows the versions of TLS that rustls does")]
    pub fn new(reach: Reach, version: Version) -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new_with_resolver(Resolver(reach));
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        connector.enforce_http(false);
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let connector = match version {
            Version::One => https.enable_http1().wrap_connector(connector),
            Version::Two => https.enable_http2().wrap_connector(connector),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http2_only(version == Version::Two)
            .build(connector);
        Self { reach, client }
    }

    /// Sends a request and reads what is answered, within this time altogether.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn call(
        &self,
        request: Request<Full<Bytes>>,
        patience: Duration,
    ) -> Result<Answer, CallFailure> {
        // An address needs no resolver, so it would not be asked.
        if literal(&request).is_some_and(|address| !self.reach.permits(address)) {
            return Err(CallFailure::NotPublic);
        }
        let answer = async {
            let response = self.client.request(request).await.map_err(|failure| reason(&failure))?;
            let (parts, body) = response.into_parts();
            Ok(Answer { status: parts.status, headers: parts.headers, body: beginning(body).await })
        };
        timeout(patience, answer).await.unwrap_or(Err(CallFailure::TimedOut))
    }
}

/// The request's host, if it is an address and no name.
fn literal(request: &Request<Full<Bytes>>) -> Option<std::net::IpAddr> {
    request.uri().host()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// As much of the body as is looked at. What breaks off after the status is an answer all the same.
async fn beginning(mut body: Incoming) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(&data[..data.len().min(ANSWER_BYTES - bytes.len())]);
        }
    }
    bytes
}

fn reason(failure: &hyper_util::client::legacy::Error) -> CallFailure {
    let mut cause: Option<&dyn Error> = Some(failure);
    while let Some(failure) = cause {
        if failure.is::<NotPublic>() {
            return CallFailure::NotPublic;
        }
        cause = failure.source();
    }
    if failure.is_connect() { CallFailure::Unreachable } else { CallFailure::Broken }
}
