//! What every function of Talkify uses: the HTTP edge, one database connection, envelope encryption.
//!
//! Who may use whom, from the ground up: `clock`, `random` and `id` use nothing of ours; `crypto` knows no SQL and no
//! HTTP; `database` knows no HTTP; `http` knows neither; `app` ties them together for the handlers.

pub mod account;
pub mod app;
pub mod audit;
pub mod aws;
pub mod backlog;
pub mod change;
pub mod checkpoint;
pub mod clock;
pub mod credential;
pub mod crypto;
pub mod database;
pub mod epochs;
pub mod http;
pub mod id;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod locked;
pub mod log;
pub mod media;
pub mod membership;
pub mod message;
pub mod objects;
pub mod outbox;
pub mod policy;
pub mod profile;
pub mod queue;
pub mod random;
pub mod rate;
pub mod remembered;
pub mod serve;
pub mod session;
pub mod sigv4;
pub mod text;
pub mod token;
pub mod usage;
pub mod worker;

pub use app::App;
pub use http::{Call, Caller, Problem, Reply};
pub use serve::{serve_events, serve_http};
pub use worker::{serve_batches, serve_tasks};
