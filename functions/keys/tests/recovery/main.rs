//! Copies of the keyring, and the ledger of what was destroyed, in process: one module a function.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup_keys;
mod copy_keyring;
mod recover_keys;
mod replay_shreds;
mod restore_keys;
mod words;
mod write_shreds;
