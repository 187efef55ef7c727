//! The life of keys: inventory, rotation, backup, recovery.

mod backup;
pub mod backup_keys;
pub mod copy_keyring;
mod keyring;
mod ledger;
pub mod list_keys;
pub mod recover_keys;
pub mod replay_shreds;
pub mod request_rotation;
pub mod reseal;
mod restore;
pub mod restore_keys;
pub mod rotate_keys;
mod rotation;
pub mod write_shreds;

pub use backup::{KeyBackup, Torn, hexadecimal};
pub use ledger::{Ledger, Shred, ShredKind};
