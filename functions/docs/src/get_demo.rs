//! `GET /demo/{file}`: a chat in the browser, the reference of a client (docs/decisions/0059). It is made of these files, the API, its
//! sockets and the files in the store.

use shared::app::{Misconfigured, setting};
use shared::{App, Call, Problem, Reply};

use crate::file::{self, CSS, File, HTML, JAVASCRIPT, packed};

const FILES: [File; 20] = [
    packed!("demo", "about.js", JAVASCRIPT),
    packed!("demo", "compose.js", JAVASCRIPT),
    packed!("demo", "dialogs.js", JAVASCRIPT),
    packed!("demo", "dom.js", JAVASCRIPT),
    packed!("demo", "drafts.js", JAVASCRIPT),
    packed!("demo", "icon.svg", "image/svg+xml"),
    packed!("demo", "index.html", HTML),
    packed!("demo", "list.js", JAVASCRIPT),
    packed!("demo", "main.js", JAVASCRIPT),
    packed!("demo", "menu.js", JAVASCRIPT),
    packed!("demo", "message.js", JAVASCRIPT),
    packed!("demo", "news.js", JAVASCRIPT),
    packed!("demo", "people.js", JAVASCRIPT),
    packed!("demo", "picker.js", JAVASCRIPT),
    packed!("demo", "receipts.js", JAVASCRIPT),
    packed!("demo", "session.js", JAVASCRIPT),
    packed!("demo", "state.js", JAVASCRIPT),
    packed!("demo", "style.css", CSS),
    packed!("demo", "talkify.js", JAVASCRIPT),
    packed!("demo", "timeline.js", JAVASCRIPT),
];

/// What the page may load and run, besides its own files.
#[derive(Debug)]
pub struct Policy(String);

impl Policy {
    /// The policy where sockets and files are where the environment says.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        Ok(Self::of(&setting("SOCKET_URL")?, &setting("STORE_URL")?))
    }

    /// The policy with sockets at one URL and files at another (<https://www.w3.org/TR/CSP3/>). No text becomes markup: the page cannot
    /// even ask for it (<https://www.w3.org/TR/trusted-types/>).
    #[must_use]
    pub fn of(socket_url: &str, store_url: &str) -> Self {
        let (sockets, store) = (origin(socket_url), origin(store_url));
        Self(format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {store}; media-src blob: {store}; \
             connect-src 'self' {sockets} {store}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        ))
    }
}

/// The scheme, host and port of a URL.
fn origin(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// Answers the file.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(_app: &App, policy: &Policy, call: Call) -> Result<Reply, Problem> {
    file::answer(&call, &FILES, policy.0.clone())
}
