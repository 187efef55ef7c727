//! The life of keys: inventory, rotation, backup, recovery.
