//! Who makes a call.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use uuid::Uuid;

use super::problem::Problem;
use crate::id::{SessionId, UserId};

/// A user with a session, as the authorizer read them from the access token.
///
/// There is no way to make one from anything a client can write: it comes from the request context that the gateway
/// fills in. Whether the session is still live is asked again by every endpoint's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who calls.
    pub user_id: UserId,
    /// In which session.
    pub session_id: SessionId,
}

impl Caller {
    /// The caller that the authorizer put into the request's context, unless the client claims to be somebody else.
    pub(super) fn of(request: &Request) -> Result<Self, Problem> {
        let caller = Self::authorized(request).ok_or(Problem::Unauthenticated)?;
        caller.refuse_other_user_ids(request)?;
        Ok(caller)
    }

    /// The caller that the authorizer put into the request's context.
    pub(super) fn authorized(request: &Request) -> Option<Self> {
        let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else { return None };
        let authorizer = context.authorizer.as_ref()?;
        let id = |name: &str| {
            let text = authorizer.fields.get(name)?.as_str()?;
            Uuid::parse_str(text).ok()
        };
        Some(Self { user_id: id("user_id")?.into(), session_id: id("session_id")?.into() })
    }

    /// The token alone says who calls; a client that claims to be somebody else is told so.
    fn refuse_other_user_ids(self, request: &Request) -> Result<(), Problem> {
        let own = |value: &http::HeaderValue| {
            value.to_str().is_ok_and(|text| Uuid::parse_str(text).is_ok_and(|id| id == self.user_id.0))
        };
        if request.headers().get_all("x-user-id").iter().all(own) {
            Ok(())
        } else {
            Err(Problem::UserIdMismatch)
        }
    }
}
