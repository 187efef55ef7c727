//! What an endpoint answers when it cannot do what it was asked: problem details of RFC 9457.

use lambda_http::{Body, Response};
use serde::Serialize;

use super::fields::Invalid;
use crate::crypto::KeyUnavailable;
use crate::database::DatabaseFailure;
use crate::limits::{PINS, REACTION_KINDS};
use crate::random::RandomFailure;

/// Seconds after which a client may try again when something behind us was not available.
const RETRY_AFTER_S: u64 = 2;

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: `username`, `member_ids[3]`, or the name of a path or query parameter.
    pub field: String,
    /// Stable and `snake_case`: `required`, `unknown_field`, `wrong_type`, `too_short`, …
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// The limit that was passed, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

/// Every way in which a request fails; each is something a client can act on.
///
/// Causes inside (`Unavailable`, `Internal`) are logged with the request id and never shown.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// 400: the body is not JSON.
    #[error("the body is not JSON")]
    MalformedJson,
    /// 400: the request's parts are not as `openapi.yaml` says.
    #[error("the request is not valid")]
    InvalidRequest(Vec<FieldError>),
    /// 401: no live session.
    #[error("no live session")]
    Unauthenticated,
    /// 401: unknown user, wrong password or a refresh token that is not good; which of them is not told.
    #[error("the credentials are not good")]
    InvalidCredentials,
    /// 403: the password that was asked for once more is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// 403: between the two is a block.
    #[error("there is a block")]
    NotAllowed,
    /// 409: without the caller there would be no admin.
    #[error("the last admin stays")]
    LastAdmin,
    /// 403: a direct conversation has its two members for ever, and no settings.
    #[error("it is a direct conversation")]
    DirectConversation,
    /// 409: without the caller the group would have no owner.
    #[error("the owner stays until somebody else is")]
    OwnerStays,
    /// 409: the group would have more than `max` members.
    #[error("a group has at most {max} members")]
    GroupFull {
        /// The limit.
        max: usize,
    },
    /// 403: the caller's role does not allow it.
    #[error("the caller's role does not allow it")]
    RoleRequired,
    /// 403: `X-User-ID` names somebody else than the token.
    #[error("X-User-ID is not the token's user")]
    UserIdMismatch,
    /// 403: only who wrote it changes it.
    #[error("not the author")]
    NotAuthor,
    /// 403: the time in which it could be edited is over.
    #[error("the edit window has passed")]
    EditWindowPassed,
    /// 409: the message is deleted.
    #[error("the message is deleted")]
    MessageDeleted,
    /// 409: a message of this type cannot be changed so.
    #[error("a message of this type cannot be changed so")]
    MessageImmutable,
    /// 409: it is at another version than the one that was to be changed.
    #[error("another version")]
    StaleVersion,
    /// 409: there are as many kinds of reaction to the message as there can be.
    #[error("no more kinds of reaction")]
    TooManyReactions,
    /// 409: as many messages of the conversation are pinned as can be.
    #[error("no more pins")]
    TooManyPins,
    /// 404: it does not exist, or the caller may not know that it does.
    #[error("not found")]
    NotFound,
    /// 404: no such path and method.
    #[error("no such route")]
    UnknownRoute,
    /// 409: somebody has this user name.
    #[error("the user name is taken")]
    UsernameTaken,
    /// 409: the refresh token was used a moment ago, and what came of it has not been used yet.
    #[error("the refresh token was used a moment ago")]
    TokenRecentlyRotated,
    /// 413: the body is larger than `max` bytes.
    #[error("the body is larger than {max} bytes")]
    BodyTooLarge {
        /// The limit in bytes.
        max: usize,
    },
    /// 415: the body is not sent as `application/json`.
    #[error("the body is not sent as application/json")]
    UnsupportedMediaType,
    /// 422: the `client_id` or `Idempotency-Key` belongs to another request.
    #[error("the client_id or Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
    /// 429: asked too often.
    #[error("asked too often: {max} at once")]
    RateLimited {
        /// How many at once there may be.
        max: u32,
        /// Seconds until one more may come.
        retry_after_s: u64,
    },
    /// 429: as many bytes were uploaded as may be for now.
    #[error("uploaded too much: {max} bytes")]
    UploadQuota {
        /// How many bytes at once there may be.
        max: u32,
        /// Seconds until there is room for this upload.
        retry_after_s: u64,
    },
    /// 409: a message or a profile holds the file.
    #[error("the file is in use")]
    MediaAttached,
    /// 503: something behind us did not answer; trying again may help.
    #[error("not available: {0}")]
    Unavailable(String),
    /// 500: our fault.
    #[error("internal: {0}")]
    Internal(String),
}

/// What the client is told of a problem.
struct Told {
    status: u16,
    code: &'static str,
    title: &'static str,
    detail: &'static str,
}

#[derive(Serialize)]
struct Details<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    code: &'static str,
    request_id: &'a str,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// One field is wrong.
    #[must_use]
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::InvalidRequest(vec![FieldError {
            field: field.to_owned(),
            code,
            message: message.into(),
            max: None,
        }])
    }

    /// One field is wrong, as its type tells.
    #[must_use]
    pub fn field(field: &str, invalid: Invalid) -> Self {
        Self::InvalidRequest(vec![invalid.into_error(field)])
    }

    /// Something behind us is not available; `cause` is logged, not shown.
    #[must_use]
    pub fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable(cause.into())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each problem")]
    fn told(&self) -> Told {
        let (status, code, title, detail) = match self {
            Self::MalformedJson => {
                (400, "malformed_json", "The body is not JSON", "Send one JSON object, encoded in UTF-8.")
            }
            Self::InvalidRequest(_) => (
                400,
                "invalid_request",
                "The request is not valid",
                "See errors for each field that is wrong.",
            ),
            Self::Unauthenticated => (
                401,
                "unauthenticated",
                "No live session",
                "Send Authorization: Bearer with an access token that has not expired.",
            ),
            Self::InvalidCredentials => (
                401,
                "invalid_credentials",
                "The credentials are not good",
                "Log in with user name and password.",
            ),
            Self::UserIdMismatch => (
                403,
                "user_id_mismatch",
                "X-User-ID is not the token's user",
                "Leave X-User-ID out: the token says who you are.",
            ),
            Self::WrongPassword => {
                (403, "wrong_password", "The password is wrong", "Send the password that you log in with.")
            }
            Self::NotAllowed => (403, "not_allowed", "Not allowed", "One of you has blocked the other."),
            Self::RoleRequired => {
                (403, "role_required", "Not your role", "Ask somebody whose role allows it.")
            }
            Self::DirectConversation => (
                403,
                "direct_conversation",
                "A direct conversation",
                "A direct conversation has its two members for ever, and no settings.",
            ),
            Self::OwnerStays => {
                (409, "owner_stays", "The owner stays", "Make somebody else the owner first.")
            }
            Self::GroupFull { .. } => {
                (409, "group_full", "The group is full", "A group has at most max members.")
            }
            Self::LastAdmin => {
                (409, "last_admin", "The last admin stays", "Make somebody else an admin first.")
            }
            Self::NotAuthor => (403, "not_author", "Not yours", "Only who wrote it changes it."),
            Self::EditWindowPassed => (
                403,
                "edit_window_passed",
                "Too late to edit",
                "The conversation's settings say how long after sending a message may be edited.",
            ),
            Self::MessageDeleted => (
                409,
                "message_deleted",
                "The message is deleted",
                "Nothing can be added to a deleted message.",
            ),
            Self::MessageImmutable => (
                409,
                "message_immutable",
                "A message of this type cannot be changed so",
                "Texts and captions can be edited; what the service itself has written stays.",
            ),
            Self::StaleVersion => (
                409,
                "stale_version",
                "The message was edited meanwhile",
                "Read the message and send the version that it has now.",
            ),
            Self::TooManyReactions => (
                409,
                "too_many_reactions",
                "No more kinds of reaction",
                "Choose one of those that are there.",
            ),
            Self::TooManyPins => (409, "too_many_pins", "No more pins", "Unpin another message first."),
            Self::NotFound => (404, "not_found", "Not found", "It does not exist, or you may not see it."),
            Self::UnknownRoute => {
                (404, "unknown_route", "No such route", "GET /openapi.json lists every path and method.")
            }
            Self::UsernameTaken => {
                (409, "username_taken", "The user name is taken", "Choose another user name.")
            }
            Self::TokenRecentlyRotated => (
                409,
                "token_recently_rotated",
                "The refresh token was used a moment ago",
                "Use the tokens that the other request got.",
            ),
            Self::BodyTooLarge { .. } => {
                (413, "body_too_large", "The body is too large", "Send at most max bytes.")
            }
            Self::UnsupportedMediaType => (
                415,
                "unsupported_media_type",
                "The body is not sent as JSON",
                "Send Content-Type: application/json.",
            ),
            Self::IdempotencyKeyReused => (
                422,
                "idempotency_key_reused",
                "The key was used for another request",
                "Repeat the first request unchanged, or choose a new client_id or Idempotency-Key.",
            ),
            Self::RateLimited { .. } => {
                (429, "rate_limited", "Asked too often", "Try again after the time in Retry-After.")
            }
            Self::UploadQuota { .. } => (
                429,
                "upload_quota_exceeded",
                "Uploaded too much",
                "There is room for max bytes a day; try again after the time in Retry-After.",
            ),
            Self::MediaAttached => (
                409,
                "media_attached",
                "The file is in use",
                "Delete the message that holds it, or choose another picture, and the file goes too.",
            ),
            Self::Unavailable(_) => {
                (503, "unavailable", "Not available right now", "Try again after the time in Retry-After.")
            }
            Self::Internal(_) => (
                500,
                "internal",
                "Internal error",
                "It is our fault; name the request_id when you report it.",
            ),
        };
        Told { status, code, title, detail }
    }

    /// The status code of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.told().status
    }

    /// The answer; what is not for the client is logged here, once.
    #[must_use]
    pub fn into_response(self, request_id: &str) -> Response<Body> {
        let Told { status, code, title, detail } = self.told();
        match &self {
            Self::Unavailable(cause) => tracing::warn!(code, %cause, "a dependency was not available"),
            Self::Internal(cause) => tracing::error!(code, %cause, "an internal failure"),
            _ => {}
        }
        let details = Details {
            r#type: "about:blank",
            title,
            status,
            detail,
            code,
            request_id,
            retryable: status >= 500 || status == 429,
            max: match self {
                Self::BodyTooLarge { max } | Self::GroupFull { max } => u64::try_from(max).ok(),
                Self::RateLimited { max, .. } | Self::UploadQuota { max, .. } => Some(max.into()),
                Self::TooManyReactions => u64::try_from(REACTION_KINDS).ok(),
                Self::TooManyPins => u64::try_from(PINS).ok(),
                _ => None,
            },
            errors: if let Self::InvalidRequest(errors) = &self { errors } else { &[] },
        };
        let body = serde_json::to_string(&details).unwrap_or_default();

        let mut response = Response::builder()
            .status(status)
            .header("content-type", "application/problem+json")
            .header("cache-control", "no-store")
            .header("x-request-id", request_id);
        if status == 401 {
            // RFC 9110, 11.6.1: a 401 names the scheme; RFC 6750, 3: what is wrong with a token that was sent.
            response = response.header("www-authenticate", "Bearer realm=\"talkify\"");
        }
        let retry_after_s = match &self {
            Self::RateLimited { retry_after_s, .. } | Self::UploadQuota { retry_after_s, .. } => {
                Some(*retry_after_s)
            }
            _ => (status == 503).then_some(RETRY_AFTER_S),
        };
        if let Some(seconds) = retry_after_s {
            response = response.header("retry-after", seconds);
        }
        response.body(Body::Text(body)).unwrap_or_default()
    }
}

impl From<DatabaseFailure> for Problem {
    fn from(failure: DatabaseFailure) -> Self {
        match failure {
            DatabaseFailure::Unavailable(cause) => Self::Unavailable(cause),
            DatabaseFailure::Refused(cause) => Self::Internal(cause.to_string()),
        }
    }
}

impl From<KeyUnavailable> for Problem {
    fn from(failure: KeyUnavailable) -> Self {
        tracing::error!(event = "crypt_key_unavailable", %failure, "a keyring key is not to be had");
        Self::Unavailable("a keyring key is not to be had".to_owned())
    }
}

impl From<RandomFailure> for Problem {
    fn from(failure: RandomFailure) -> Self {
        Self::Internal(failure.to_string())
    }
}
