//! URLs that are given to us to call.

use std::net::IpAddr;

use http::Uri;
use http::uri::Authority;
use serde_json::Value;
use shared::app::optional;
use shared::http::{Invalid, Parse};
use shared::limits::URL_CHARS;

/// Whether receivers on this machine may be called, and without TLS: for the local stack and tests only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalReceivers {
    /// As everywhere on AWS: `https` only, and no address that is not public.
    Refused,
    /// `http` to loopback too.
    Allowed,
}

impl LocalReceivers {
    /// What `LOCAL_RECEIVERS` says: `allowed`, else they are refused.
    #[must_use]
    pub fn from_environment() -> Self {
        if optional("LOCAL_RECEIVERS").is_some_and(|word| word == "allowed") {
            Self::Allowed
        } else {
            Self::Refused
        }
    }
}

/// Whether there is no port behind the host, or one from 1 to 65,535.
fn is_port(authority: Option<&Authority>) -> bool {
    let after_host = authority.and_then(|authority| authority.as_str().strip_prefix(authority.host()));
    after_host.is_none_or(|rest| {
        rest.is_empty()
            || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port != 0))
    })
}

/// An absolute URL without user name, password and fragment, in ASCII. Whether its host has a public address is found out
/// when it is called: what a name stands for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallUrl(Uri);

impl CallUrl {
    /// The URL in this text.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn of(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > URL_CHARS {
            return Err(Invalid::too_many("too_long", URL_CHARS, "characters"));
        }
        let wrong = || Invalid::new("invalid_format", "must be a URL that begins with https://");
        // A fragment is never sent, and this parser would drop it without a word.
        if text.contains('#') {
            return Err(wrong());
        }
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let is_good = matches!(uri.scheme_str(), Some("https" | "http"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.host().is_some_and(|host| !host.is_empty())
            && is_port(uri.authority());
        if is_good { Ok(Self(uri)) } else { Err(wrong()) }
    }

    /// The same, if it may be called here: `http` to loopback where local receivers are allowed, else `https` only.
    ///
    /// # Errors
    /// That it may not.
    pub fn permitted(self, local: LocalReceivers) -> Result<Self, Invalid> {
        let is_loopback = self.address().is_some_and(|address| address.is_loopback());
        let plain = self.0.scheme_str() == Some("http");
        if plain && !(is_loopback && local == LocalReceivers::Allowed) {
            return Err(Invalid::new("invalid_format", "must be a URL that begins with https://"));
        }
        Ok(self)
    }

    /// The URL for an HTTP client.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// The host, if it is an address and no name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        let host = self.0.host()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

impl Parse for CallUrl {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        Self::of(value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?)
    }
}

#[cfg(test)]
mod tests {
    use super::{CallUrl, LocalReceivers};

    #[test]
    fn only_plain_absolute_urls_are_taken() {
        for good in ["https://example.org", "https://example.org:8443/a/b?c=d", "https://[2001:db8::1]/"] {
            assert!(CallUrl::of(good).unwrap().permitted(LocalReceivers::Refused).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "/path",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https://user@example.org/",
            "https://user:secret@example.org/",
            "https://example.org/#fragment",
            "https://exa mple.org/",
            "https://example.org:0/",
            "https://example.org:99999/",
            "https://exämple.org/",
            "javascript:alert(1)",
        ] {
            assert!(CallUrl::of(bad).is_err(), "{bad}");
        }
        assert!(CallUrl::of(&format!("https://example.org/{}", "a".repeat(2_048))).is_err());
    }

    #[test]
    fn http_is_for_loopback_and_only_where_it_is_allowed() {
        for (url, local, permitted) in [
            ("http://127.0.0.1:9/x", LocalReceivers::Allowed, true),
            ("http://[::1]:9/x", LocalReceivers::Allowed, true),
            ("http://127.0.0.1:9/x", LocalReceivers::Refused, false),
            ("http://localhost:9/x", LocalReceivers::Allowed, false),
            ("http://10.0.0.1/x", LocalReceivers::Allowed, false),
            ("http://example.org/x", LocalReceivers::Allowed, false),
        ] {
            assert_eq!(CallUrl::of(url).unwrap().permitted(local).is_ok(), permitted, "{url}");
        }
    }
}
