//! The clients: what is generated is fresh, and they do what they promise against a running stack. The command line's tests are beside it.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

mod rust;
mod typescript;
