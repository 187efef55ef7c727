//! Every worker under faults, in process, through the real handlers against the real Postgres: killed at every place where it waits,
//! given everything twice, in another order and company. Effects are those of unique events.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

mod world;

mod analytics;
mod apply_receipts;
mod chain_audit;
mod deliver_events;
mod endings;
mod everything;
mod exports;
mod keyring;
mod outbox;
mod presence;
mod previews;
mod push;
mod sweeps;
mod webhooks;
