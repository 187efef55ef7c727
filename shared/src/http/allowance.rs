//! What is left of a rate limit, told in the headers of whatever a limited endpoint answers.

use std::cell::Cell;
use std::future::Future;

use http::{HeaderMap, HeaderName, HeaderValue};

tokio::task_local! {
    static NOTED: Cell<Option<Allowance>>;
}

/// What a caller may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many at once at the most: `RateLimit-Limit`.
    pub limit: u32,
    /// How many now: `RateLimit-Remaining`.
    pub remaining: u32,
    /// Seconds until all are there again: `RateLimit-Reset`.
    pub reset_s: u64,
}

impl Allowance {
    /// Notes it for the answer of the request being handled; of several limits the tightest is told.
    pub fn note(self) {
        let note = |noted: &Cell<Option<Self>>| {
            if noted.get().is_none_or(|other| self.remaining < other.remaining) {
                noted.set(Some(self));
            }
        };
        // Outside a request there is no answer to tell it in.
        let _ = NOTED.try_with(note);
    }

    /// Does the work of a request; what it noted comes with its outcome.
    pub async fn scope<F: Future>(work: F) -> (F::Output, Option<Self>) {
        NOTED.scope(Cell::new(None), async { (work.await, NOTED.with(Cell::get)) }).await
    }

    /// Adds the headers to an answer's.
    pub fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in [
            (HeaderName::from_static("ratelimit-limit"), u64::from(self.limit)),
            (HeaderName::from_static("ratelimit-remaining"), u64::from(self.remaining)),
            (HeaderName::from_static("ratelimit-reset"), self.reset_s),
        ] {
            headers.insert(name, HeaderValue::from(value));
        }
    }
}
