//! The local stack: the real template, real functions and a real Postgres on this machine, without Docker and without an AWS
//! account. `cargo run` starts it for people; [`for_tests`] starts it for tests.
#![expect(
    clippy::disallowed_methods,
    reason = "a command line tool reads its environment, the time and randomness itself; nothing of it goes to AWS"
)]

mod aws;
mod bridge;
mod browser;
mod commands;
mod costs;
mod deploy;
mod emulator;
mod events;
mod failure;
mod ffmpeg;
pub mod for_measurements;
pub mod for_tests;
mod functions;
mod keep;
mod lint;
mod localstack;
mod node;
mod place;
mod postgres;
mod prepare;
mod process;
mod progress;
mod proxy;
mod reach;
mod stack;
mod template;
mod tools;
mod verify;
mod web_push;

pub use commands::{
    appoint_admin, down, keep, lint, prepare, recover_keys, replay_ledger, reset, status, up,
};
pub use costs::costs;
pub use deploy::{AuthMode, Doors, Settings};
pub use events::{events, example};
pub use failure::Failure;
pub use ffmpeg::{Architecture, ffmpeg_layer};
pub use keep::Unit;
pub use progress::say;
pub use stack::Stack;
pub use verify::verify_audit;
