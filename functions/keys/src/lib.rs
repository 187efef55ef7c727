//! The life of keys: inventory, rotation, backup, recovery.

pub mod list_keys;
pub mod request_rotation;
pub mod reseal;
pub mod rotate_keys;
mod rotation;
