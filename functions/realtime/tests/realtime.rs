//! Sockets in process, one module for each thing about them.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod talk;

mod deliver_events;
mod forward;
mod frames;
mod gateway;
mod own_changes;
mod pace;
mod presence;
mod revocations;
mod send_typing;
mod sweep_connections;
mod tickets;
