//! What goes wrong.

use std::io;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use rustls::CertificateError;
use serde::Deserialize;

use crate::{FieldError, MediaFailure, Problem};

/// Whatever goes wrong, each as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused, and says why (RFC 9457).
    #[error("{}", sentence(.problem))]
    Refused {
        /// What the server says.
        problem: Box<Problem>,
        /// When to try again at the earliest.
        retry_after: Option<Duration>,
    },
    /// The gateway answered before any function did.
    #[error("the server answered {status}: {message}")]
    Gateway {
        /// The status of HTTP.
        status: u16,
        /// What it says.
        message: String,
        /// When to try again at the earliest.
        retry_after: Option<Duration>,
    },
    /// No answer came.
    #[error("the server cannot be reached")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something answered that cannot show that it is the server: it got no password and no token.
    #[error("{}", untrusted(.0))]
    Untrusted(#[source] rustls::Error),
    /// No answer came in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// There is no session, or it is over.
    #[error("there is no session: log in first")]
    NoSession,
    /// The answer is not what `openapi.yaml` says.
    #[error("the server's answer is not understood: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The session could not be read or kept.
    #[error("the session cannot be kept: {0}")]
    Store(#[source] io::Error),
    /// A file could not be read.
    #[error("the file cannot be read: {0}")]
    File(#[source] io::Error),
    /// The certificates of authorities that were given are none.
    #[error("the certificates of authorities cannot be used: {0}")]
    Authorities(String),
    /// The address is none.
    #[error("{0} is no address of a server")]
    Address(String),
    /// The store did not take an upload.
    #[error("the upload was refused with {0}")]
    Upload(u16),
    /// The server has looked at an upload and refused it.
    #[error("the file was refused: {0}")]
    Media(MediaFailure),
}

impl Error {
    /// The server's stable word for what happened; none where no function answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { problem, .. } => Some(&problem.code),
            _ => None,
        }
    }

    /// The status of HTTP; none where no answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem, .. } => u16::try_from(problem.status).ok(),
            Self::Gateway { status, .. } | Self::Upload(status) => Some(*status),
            _ => None,
        }
    }

    /// Whether the same request can succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { problem, .. } => problem.retryable,
            Self::Gateway { status, .. } => *status == 429 || *status >= 500,
            Self::Upload(status) => *status >= 500,
            Self::Network(_) | Self::TimedOut => true,
            _ => false,
        }
    }

    /// When to try again at the earliest, as the server says.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } | Self::Gateway { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the session is over and one has to log in again.
    #[must_use]
    pub fn ends_session(&self) -> bool {
        matches!(self, Self::NoSession) || self.status() == Some(401)
    }

    /// What is wrong with this field of the request, if anything.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldError> {
        let Self::Refused { problem, .. } = self else { return None };
        problem.errors.iter().find(|error| error.field == name)
    }

    /// The error where no answer came.
    pub(crate) fn network(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        match of_certificate(&error) {
            Some(reason) => Self::Untrusted(reason.clone()),
            None => Self::Network(Box::new(error)),
        }
    }

    /// The error of an answer that is no success.
    pub(crate) async fn of(response: Response) -> Self {
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        let body = response.bytes().await.unwrap_or_default();
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => Self::Refused { problem: Box::new(problem), retry_after },
            Err(_) => Self::Gateway { status, message: message(&body), retry_after },
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::network(error.without_url()) }
    }
}

/// Why a server is not trusted, for whoever has to do something about it.
fn untrusted(error: &rustls::Error) -> String {
    let why = match error {
        // Another authority of the same name has signed nothing that holds.
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => "its certificate is of an authority that is not known here".to_owned(),
        rustls::Error::InvalidCertificate(reason) => format!("its certificate is refused: {reason}"),
        other => other.to_string(),
    };
    format!("the server is not trusted: {why}")
}

/// What is wrong with the server's certificate, if that is what an error comes from.
fn of_certificate<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return matches!(found, rustls::Error::InvalidCertificate(_)).then_some(found);
    }
    // The source of such an error is the source of what is in it.
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match inner {
        Some(inner) => of_certificate(inner),
        None => error.source().and_then(of_certificate),
    }
}

/// What the problem says, with each field that is wrong.
fn sentence(problem: &Problem) -> String {
    let fields: Vec<String> =
        problem.errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    if fields.is_empty() {
        problem.detail.clone()
    } else {
        format!("{} {}", problem.detail, fields.join(" "))
    }
}

/// What the gateway says in the place of a problem.
fn message(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        message: String,
    }
    serde_json::from_slice(body).map_or_else(|_| "no reason was given".to_owned(), |Said { message }| message)
}

/// `Retry-After` (RFC 9110, 10.2.3) in seconds; the server sends no dates.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}
