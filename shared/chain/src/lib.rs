//! The audit log's hash chain and its signed checkpoints: what the functions write and what anybody can check, without database
//! or AWS.
//!
//! Every entry of the log holds `SHA-256(previous hash ‖ seq ‖ time ‖ bytes)`, so that nothing before the end can be changed,
//! moved or taken out. A [`Checkpoint`] names an entry and its hash, is signed by a key that never leaves KMS, and lies where
//! nobody can change it, so that the end cannot be cut off nor everything be computed anew (docs/audit.md).

mod checkpoint;
mod entry;
pub mod export;
mod key;
mod walk;

pub use checkpoint::{Checkpoint, SignedCheckpoint, Unreadable};
pub use entry::{Entry, Hash, Seq};
pub use key::{BadKey, PublicKey};
pub use walk::{Event, Finding, Kind, Walk};
