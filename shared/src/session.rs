//! A new login: what is stored of it and what the client gets.

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use crate::app::App;
use crate::http::Problem;
use crate::id::SessionId;
use crate::token::{Token, TokenKind};

/// How long an access token is good.
pub const ACCESS_LIFETIME: Duration = Duration::minutes(15);
/// How long a refresh token is good if it is not used.
pub const REFRESH_LIFETIME: Duration = Duration::days(14);
/// How long a session can be prolonged at the most.
pub const SESSION_LIFETIME: Duration = Duration::days(90);

/// A session about to be stored.
#[derive(Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The first access token.
    pub access: Token,
    /// The first refresh token.
    pub refresh: Token,
    /// When the access token ends.
    pub access_expires_at: OffsetDateTime,
    /// When the refresh token ends.
    pub refresh_expires_at: OffsetDateTime,
    /// When the session ends, however often it is refreshed.
    pub expires_at: OffsetDateTime,
}

impl NewSession {
    /// Makes the id and the tokens.
    ///
    /// # Errors
    /// [`Problem::Internal`] when there are no random bytes.
    pub fn issue(app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        Ok(Self {
            id: app.new_id()?,
            access: Token::generate(TokenKind::Access, &*app.random)?,
            refresh: Token::generate(TokenKind::Refresh, &*app.random)?,
            access_expires_at: now + ACCESS_LIFETIME,
            refresh_expires_at: now + REFRESH_LIFETIME,
            expires_at: now + SESSION_LIFETIME,
        })
    }

    /// What the client gets, once.
    #[must_use]
    pub fn tokens(&self) -> SessionTokens<'_> {
        SessionTokens::new(self.id, &self.access, &self.refresh)
    }
}

/// The tokens of a session, as the client that logged in sees them (the shape of RFC 6749, 5.1).
#[derive(Serialize)]
pub struct SessionTokens<'a> {
    session_id: SessionId,
    access_token: &'a str,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    refresh_token: &'a str,
}

impl<'a> SessionTokens<'a> {
    /// A session's new pair.
    #[must_use]
    pub fn new(session: SessionId, access: &'a Token, refresh: &'a Token) -> Self {
        Self {
            session_id: session,
            access_token: access.expose(),
            token_type: "Bearer",
            expires_in: ACCESS_LIFETIME.whole_seconds(),
            refresh_token: refresh.expose(),
        }
    }
}
