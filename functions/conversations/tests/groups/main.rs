//! Groups and what their members do with them, in process: one module an endpoint, beside them what holds under races and
//! for every sequence of actions.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod add_members;
mod delete_conversation;
mod flags;
mod get_conversation;
mod history;
mod list_members;
mod mark_unread;
mod model;
mod own_changes;
mod races;
mod receipts;
mod remove_member;
mod repeats;
mod retention;
mod sync;
mod sync_races;
mod update_conversation;
mod update_member;
mod words;
