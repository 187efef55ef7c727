//! Envelope encryption, the design called TK1: a key for each message, under keys that never leave KMS.
//!
//! ```text
//! K0  KMS key, one per purpose
//!  └ K1  keyring key, made by KMS, cached in the process (`cache`)
//!     └ K2  conversation epoch key, random, sealed under K1, travels with the rows it opens
//!        └ K3  message key, derived for one sealing (`envelope`)
//! ```
//!
//! This module knows no SQL and no HTTP.

mod aws;
mod cache;
mod context;
mod envelope;
mod epoch;
mod key;
mod kms;
mod search;

pub use aws::AwsKms;
pub use cache::{KeyCache, KeyUnavailable};
pub use context::{Context, PersonalColumn};
pub use envelope::{OVERHEAD, OpenFailure, fingerprint, open, seal};
pub use epoch::{EpochKey, SealedEpochKey};
pub use key::Key;
pub use kms::{BoxFuture, Kms, KmsFailure, Purpose, WrappedKey};
pub use search::SearchKey;
