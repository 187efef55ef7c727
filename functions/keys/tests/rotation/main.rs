//! Rotation and inventory of keys, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod inventory;
mod requests;
mod rotating;
mod traffic;
mod world;
mod wrapping;
