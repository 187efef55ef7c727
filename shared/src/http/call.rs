//! One call of an endpoint, as its handler sees it.

use std::str::FromStr;

use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, IF_NONE_MATCH};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt};
use serde_json::Value;
use uuid::Uuid;

use super::caller::Caller;
use super::fields::{Fields, parse_uuid};
use super::problem::Problem;
use crate::audit::Origin;
use crate::limits::{BODY_BYTES, IDEMPOTENCY_KEY_CHARS, PASSWORD_BODY_BYTES};

/// The header that makes a request safe to repeat.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request that the gateway handed to this function.
#[derive(Debug)]
pub struct Call {
    request: Request,
}

impl Call {
    /// Wraps the runtime's request.
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self { request }
    }

    /// The id that names this request in answers and logs: the gateway's, else the Lambda runtime's.
    #[must_use]
    pub fn request_id(&self) -> String {
        if let Some(RequestContext::ApiGatewayV2(context)) = self.request.request_context_ref()
            && let Some(id) = &context.request_id
        {
            return id.clone();
        }
        self.request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default()
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let address = match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
            _ => None,
        };
        Origin { address, request_id: Some(self.request_id()) }
    }

    /// Whom the authorizer let in, whatever else the client claims.
    #[must_use]
    pub fn authorized(&self) -> Option<Caller> {
        Caller::authorized(&self.request)
    }

    /// The header `Idempotency-Key`: 1 to 255 visible characters of ASCII.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it has another form, or comes more than once.
    pub fn idempotency_key(&self) -> Result<Option<&str>, Problem> {
        let mut keys = self.request.headers().get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = keys.next() else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| {
            (1..=IDEMPOTENCY_KEY_CHARS).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_graphic())
        });
        if let (Some(key), None) = (key, keys.next()) {
            Ok(Some(key))
        } else {
            let rule = format!("must be 1 to {IDEMPOTENCY_KEY_CHARS} visible characters of ASCII");
            Err(Problem::invalid(IDEMPOTENCY_KEY, "invalid_value", rule))
        }
    }

    /// Whether the client takes gzip (RFC 9110, 12.5.3).
    #[must_use]
    pub fn accepts_gzip(&self) -> bool {
        let values = self.request.headers().get_all(ACCEPT_ENCODING).iter();
        values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0));
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    }

    /// Whether the client has this version already, as `ETag` names it (RFC 9110, 13.1.2: weak comparison).
    #[must_use]
    pub fn has(&self, version: &str) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let values = self.request.headers().get_all(IF_NONE_MATCH).iter();
        let tags = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        tags.map(opaque).any(|tag| tag == opaque(version) || tag == "*")
    }

    /// The method, for the log.
    #[must_use]
    pub fn method(&self) -> &str {
        self.request.method().as_str()
    }

    /// The path, as the client sent it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// Who calls.
    ///
    /// # Errors
    /// [`Problem::Unauthenticated`] when the authorizer knew no session, [`Problem::UserIdMismatch`] when the client
    /// claims to be somebody else.
    pub fn caller(&self) -> Result<Caller, Problem> {
        Caller::of(&self.request)
    }

    /// The id in the path under this name.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is not a UUID, [`Problem::UnknownRoute`] when the path has no such part:
    /// the request came by a route that is not this function's.
    pub fn path_id<T: From<Uuid>>(&self, name: &str) -> Result<T, Problem> {
        let parameters = self.request.path_parameters_ref();
        let text = parameters.and_then(|parameters| parameters.first(name)).ok_or(Problem::UnknownRoute)?;
        let id =
            parse_uuid(text).ok_or_else(|| Problem::invalid(name, "invalid_format", "must be a UUID"))?;
        Ok(id.into())
    }

    /// The text in the path under this name, percent-decoded (RFC 3986, 2.1). Gateways differ in whether they have done so
    /// already; what is decoded twice must not contain a percent sign.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is not UTF-8, [`Problem::UnknownRoute`] when the path has no such part.
    pub fn path_text(&self, name: &str) -> Result<String, Problem> {
        let parameters = self.request.path_parameters_ref();
        let text = parameters.and_then(|parameters| parameters.first(name)).ok_or(Problem::UnknownRoute)?;
        percent_decoded(text)
            .ok_or_else(|| Problem::invalid(name, "invalid_value", "must be UTF-8, percent-encoded"))
    }

    /// A parameter of the query, decoded; the first if there are several.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.request.query_string_parameters_ref()?.first(name)
    }

    /// A whole number in the query.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is none.
    pub fn query_number(&self, name: &str) -> Result<Option<i64>, Problem> {
        self.query_parsed(name, "must be a whole number")
    }

    /// `true` or `false` in the query.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is neither.
    pub fn query_flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.query_parsed(name, "must be true or false")
    }

    fn query_parsed<T: FromStr>(&self, name: &str, rule: &'static str) -> Result<Option<T>, Problem> {
        let parse = |text: &str| text.parse().map_err(|_| Problem::invalid(name, "wrong_type", rule));
        self.query(name).map(parse).transpose()
    }

    /// The fields of the JSON object in the body.
    ///
    /// # Errors
    /// [`Problem::BodyTooLarge`], [`Problem::UnsupportedMediaType`], [`Problem::MalformedJson`], or
    /// [`Problem::InvalidRequest`] when it is JSON but no object.
    pub fn fields(&self) -> Result<Fields, Problem> {
        self.fields_within(BODY_BYTES)
    }

    /// [`Self::fields`] where one of them is a password: what is too long is told of the field, before anything is hashed.
    ///
    /// # Errors
    /// As there.
    pub fn fields_with_password(&self) -> Result<Fields, Problem> {
        self.fields_within(PASSWORD_BODY_BYTES)
    }

    fn fields_within(&self, max: usize) -> Result<Fields, Problem> {
        let bytes: &[u8] = match self.request.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            _ => &[],
        };
        if bytes.len() > max {
            return Err(Problem::BodyTooLarge { max });
        }
        if !self.is_json() {
            return Err(Problem::UnsupportedMediaType);
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(Fields::new(object)),
            Ok(_) => Err(Problem::invalid("", "wrong_type", "the body must be a JSON object")),
            Err(_) => Err(Problem::MalformedJson),
        }
    }

    /// RFC 8259 defines no parameters of `application/json`; a charset is common and harmless, since only UTF-8 parses.
    fn is_json(&self) -> bool {
        let content_type = self.request.headers().get(CONTENT_TYPE);
        let essence =
            content_type.and_then(|value| value.to_str().ok()).and_then(|text| text.split(';').next());
        essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let (digits, after) = rest.split_first_chunk::<2>()?;
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let byte = digit(digits[0])? * 16 + digit(digits[1])?;
            bytes.push(u8::try_from(byte).ok()?);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::percent_decoded;

    #[test]
    fn what_is_percent_encoded_is_decoded_and_what_is_not_stays() {
        assert_eq!(percent_decoded("%F0%9F%91%8d").as_deref(), Some("👍"));
        assert_eq!(percent_decoded("👍").as_deref(), Some("👍"));
        for bad in ["%", "%4", "%zz", "%ff", "%f0%9f", "%+1"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in ".{0,20}") {
            let encoded = text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"));
            prop_assert_eq!(percent_decoded(&encoded), Some(text));
        }
    }
}
