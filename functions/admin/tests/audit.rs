//! The audit log, in process: how it is chained, listed and verified, and that no tampering goes unseen.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit {
    mod chaining;
    mod listing;
    pub mod log;
    mod recording;
    mod tampering;
    mod verifying;
}
