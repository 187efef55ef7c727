//! One request, ready to be sent as often as it takes.

use std::time::Duration;

pub use reqwest::Method;
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::world::new_id;
use crate::{Error, Options};

/// With an `Idempotency-Key`, a log-in's tokens would be kept for a day, and a ticket that is repeated would be a used one.
const NO_KEY: [&str; 2] = ["create_session", "create_ticket"];
/// Safe to repeat without a key: by `client_id`; since nothing is stored; since another ticket does no harm; and a renewal, soon.
const REPEATABLE: [&str; 4] = ["send_message", "send_typing", "create_ticket", "refresh_session"];

/// A renewal is tried once more, soon: if only its answer was lost, the server says so for ten seconds, and then takes it for theft.
static RENEWAL: (&str, Options) = (
    "refresh_session",
    Options {
        timeout: Duration::from_secs(5),
        retries: 1,
        longest_wait: Duration::from_secs(2),
        authorities: None,
    },
);

/// A call of an operation.
pub struct Call {
    operation: &'static str,
    pub(crate) method: Method,
    /// The parts of the path, unescaped.
    path: Vec<String>,
    query: Vec<(String, String)>,
    /// It may hold a password.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
    pub(crate) key: Option<String>,
    /// Whether it needs no session.
    pub(crate) open: bool,
}

impl Call {
    pub(crate) fn new(operation: &'static str, method: Method, path: &str, parts: &[(&str, &str)]) -> Self {
        let filled = path.trim_start_matches('/').split('/').map(|part| {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let value = parts.iter().find(|(known, _)| Some(*known) == name);
            value.map_or(part, |(_, value)| value).to_owned()
        });
        let path = filled.collect();
        Self { operation, method, path, query: Vec::new(), body: None, key: None, open: false }
    }

    pub(crate) fn keyed(mut self) -> Self {
        if !NO_KEY.contains(&self.operation) {
            self.key = Some(new_id().to_string());
        }
        self
    }

    pub(crate) fn open(mut self) -> Self {
        self.open = true;
        self
    }

    pub(crate) fn query(mut self, query: &impl Serialize) -> Result<Self, Error> {
        if let Value::Object(fields) = serde_json::to_value(query)? {
            self.query = fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
        }
        Ok(self)
    }

    pub(crate) fn body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body = Some(Zeroizing::new(serde_json::to_vec(body)?));
        Ok(self)
    }

    /// Whether it does no more when it is done twice.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method == Method::GET || self.key.is_some() || REPEATABLE.contains(&self.operation)
    }

    /// How long it waits and how often it is tried, where clients do as these options say.
    pub(crate) fn options<'options>(&self, of_client: &'options Options) -> &'options Options {
        if self.operation == RENEWAL.0 { &RENEWAL.1 } else { of_client }
    }

    /// Where it goes.
    pub(crate) fn url(&self, base: &Url) -> Result<Url, Error> {
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Address(base.to_string()))?
            .pop_if_empty()
            .extend(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ListMessagesQuery;

    #[test]
    fn parts_and_queries_are_escaped() {
        let parts = [("conversation_id", "c"), ("emoji", "👍/")];
        let call = Call::new(
            "add_reaction",
            Method::PUT,
            "/v1/conversations/{conversation_id}/reactions/{emoji}",
            &parts,
        );
        let base = Url::parse("https://chat.example.org/api/").unwrap();
        let url = call.url(&base).unwrap();
        assert_eq!(url.as_str(), "https://chat.example.org/api/v1/conversations/c/reactions/%F0%9F%91%8D%2F");

        let query = ListMessagesQuery { limit: Some(5), ..ListMessagesQuery::default() };
        let call = Call::new("list_messages", Method::GET, "/v1/x", &[]).query(&query).unwrap();
        assert_eq!(call.url(&base).unwrap().query(), Some("limit=5"));
    }

    #[test]
    fn only_what_is_safe_is_repeated() {
        let call = |operation, method| Call::new(operation, method, "/v1/x", &[]);
        assert!(call("get_me", Method::GET).is_repeatable());
        assert!(call("create_conversation", Method::POST).keyed().is_repeatable());
        assert!(call("send_message", Method::POST).is_repeatable());
        assert!(!call("update_me", Method::PATCH).is_repeatable());
        assert!(!call("create_session", Method::POST).keyed().is_repeatable());
    }
}
