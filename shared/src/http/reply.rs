//! What an endpoint answers when it did what it was asked.

use std::borrow::Cow;

use http::StatusCode;
use lambda_http::{Body, Response};
use serde::Serialize;

use super::problem::Problem;

/// A status with a body, already written out.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    /// `None` without a body.
    content_type: Option<&'static str>,
    cache_control: &'static str,
    body: Cow<'static, str>,
    /// A page instead of a body of text.
    page: Option<PageBytes>,
    /// Where to go instead.
    location: Option<&'static str>,
    /// Whether it is the answer of an earlier request.
    replayed: bool,
}

/// What goes with a page for people.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its type.
    pub content_type: &'static str,
    /// What a browser may load and run for it (<https://www.w3.org/TR/CSP3/>).
    pub policy: Cow<'static, str>,
    /// What changes with its bytes, as the header `ETag` has it (RFC 9110, 8.8.3).
    pub version: String,
}

#[derive(Debug)]
struct PageBytes {
    page: Page,
    bytes: Vec<u8>,
    compressed: bool,
}

impl Reply {
    /// 200 with `body` as JSON.
    pub fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with the whole new thing as JSON.
    pub fn created(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::CREATED, body)
    }

    /// 202 with what is known of what was begun or done as JSON.
    pub fn accepted(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::ACCEPTED, body)
    }

    /// Never cached, since it depends on who asks.
    fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|failure| Problem::Internal(failure.to_string()))?;
        Ok(Self {
            status,
            content_type: Some("application/json"),
            cache_control: "no-store",
            body: body.into(),
            page: None,
            location: None,
            replayed: false,
        })
    }

    /// 204: it is gone.
    #[must_use]
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            content_type: None,
            cache_control: "no-store",
            body: Cow::Borrowed(""),
            page: None,
            location: None,
            replayed: false,
        }
    }

    /// What an earlier request with the same `Idempotency-Key` was answered, as JSON.
    pub fn replayed(status: u16, body: String) -> Result<Self, Problem> {
        let status =
            StatusCode::from_u16(status).map_err(|failure| Problem::Internal(failure.to_string()))?;
        Ok(Self {
            status,
            content_type: Some("application/json"),
            cache_control: "no-store",
            body: body.into(),
            page: None,
            location: None,
            replayed: true,
        })
    }

    /// 503 with what is not available as JSON.
    pub fn unavailable(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::SERVICE_UNAVAILABLE, body)
    }

    /// 200 with a public document that is part of the function.
    #[must_use]
    pub fn document(content_type: &'static str, body: &'static str) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: Some(content_type),
            cache_control: "public, max-age=300",
            body: Cow::Borrowed(body),
            page: None,
            location: None,
            replayed: false,
        }
    }

    /// 200 with a public page, or with a part of one. `compressed` says that the bytes are gzip (RFC 1952).
    #[must_use]
    pub fn page(page: Page, bytes: Vec<u8>, compressed: bool) -> Self {
        let document = Self::document(page.content_type, "");
        Self { page: Some(PageBytes { page, bytes, compressed }), ..document }
    }

    /// 304: the page is as the client has it (RFC 9110, 15.4.5).
    #[must_use]
    pub fn not_modified(page: Page) -> Self {
        let unchanged = Self::page(page, Vec::new(), false);
        Self { status: StatusCode::NOT_MODIFIED, content_type: None, ..unchanged }
    }

    /// 308: what was asked for is there (RFC 9110, 15.4.9).
    #[must_use]
    pub fn redirect(location: &'static str) -> Self {
        Self { status: StatusCode::PERMANENT_REDIRECT, location: Some(location), ..Self::no_content() }
    }

    /// The status code of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self, request_id: &str) -> Response<Body> {
        let mut response = Response::builder()
            .status(self.status)
            .header("cache-control", self.cache_control)
            .header("x-request-id", request_id);
        if self.replayed {
            response = response.header("idempotency-replayed", "true");
        }
        if let Some(location) = self.location {
            response = response.header("location", location);
        }
        if let Some(PageBytes { page, compressed, .. }) = &self.page {
            response = response
                .header("content-security-policy", page.policy.as_ref())
                .header("etag", &page.version)
                .header("vary", "accept-encoding")
                .header("x-content-type-options", "nosniff");
            if *compressed {
                response = response.header("content-encoding", "gzip");
            }
        }
        let response = match self.content_type {
            Some(content_type) if let Some(page) = self.page => {
                response.header("content-type", content_type).body(Body::Binary(page.bytes))
            }
            Some(content_type) => {
                response.header("content-type", content_type).body(Body::Text(self.body.into_owned()))
            }
            None => response.body(Body::Empty),
        };
        response.unwrap_or_default()
    }
}
