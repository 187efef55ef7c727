//! `POST /v1/sessions/refresh`: a new pair of tokens for a refresh token.
//!
//! Each refresh token works once. Bringing one a second time ends the whole session, since one of the two who have it
//! stole it; but within ten seconds, while the token that came of it is unused, it is taken for a client's own race
//! (RFC 9700, 4.14.2, asks for rotation with detection of reuse).

use serde_json::Value;
use shared::http::{Fields, Invalid, Parse};
use shared::id::{OutboxId, SessionId};
use shared::profile::UserRow;
use shared::rate::{Limited, Taken};
use shared::session::{ACCESS_LIFETIME, REFRESH_LIFETIME, SessionTokens};
use shared::token::{Token, TokenKind};
use shared::{App, Call, Problem, Reply};

use crate::logged_in::LoggedIn;

/// What the client sends: a token of the right form, or one that can be none of ours.
struct RefreshToken(Option<Token>);

impl Parse for RefreshToken {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = String::parse(value)?;
        Ok(Self(Token::parse(TokenKind::Refresh, &text)))
    }
}

fn parse(mut fields: Fields) -> Result<Option<Token>, Problem> {
    let token: Option<RefreshToken> = fields.required("refresh_token");
    fields.finish(|| Some(token?.0))
}

/// Answers the new pair.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let old = parse(call.fields()?)?.ok_or(Problem::InvalidCredentials)?;
    let access = Token::generate(TokenKind::Access, &*app.random)?;
    let refresh = Token::generate(TokenKind::Refresh, &*app.random)?;
    let now = app.clock.now();
    let (stamp, ended) = (app.stamp()?, OutboxId(app.new_id()?));

    let rate = app.rate_limits.of(Limited::Refresh);
    let statement = || {
        sqlx::query_file!(
            "src/refresh_session.sql",
            old.hash(),
            refresh.hash(),
            now + REFRESH_LIFETIME,
            access.hash(),
            now + ACCESS_LIFETIME,
            stamp.id,
            stamp.address,
            stamp.request_id,
            rate.period_us(),
            rate.burst(),
            ended.0,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::InvalidCredentials)?;
    let session = SessionId(row.session_id);
    let taken = Taken {
        allowed: row.limit_allowed,
        ahead_us: row.limit_ahead_us,
        newly_refused: row.limit_newly_refused,
    };
    if taken.allowed || row.verdict == "limited" {
        app.admit(Limited::Refresh, taken, None, Some(("session", session.0))).await?;
    }
    match row.verdict.as_str() {
        "fresh" | "repeated" => {}
        "rotated" => return Err(Problem::TokenRecentlyRotated),
        _ => {
            tracing::warn!(event = "authn_token_reuse", user_id = %row.id, session_id = %session, "a refresh token came twice");
            // What came of it is no success, but the session's sockets must hear of it.
            app.tell(&[ended]).await;
            return Err(Problem::InvalidCredentials);
        }
    }
    let user = UserRow {
        id: row.id,
        username: row.username,
        display_name: row.display_name,
        bio: row.bio,
        avatar_media_id: row.avatar_media_id,
        presence: row.presence,
        status_text: row.status_text,
        status_emoji: row.status_emoji,
        status_expires_at: row.status_expires_at,
        role: row.role,
        created_at: row.created_at,
        email_sealed: row.email_sealed,
        email_keyring_id: row.email_keyring_id,
    };
    let user = app.own_profile(user).await?;
    Reply::ok(&LoggedIn { tokens: SessionTokens::new(session, &access, &refresh), user })
}
