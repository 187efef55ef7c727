//! The endpoints in process, one module each.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod talk;

mod change_and_delete_at_once;
mod delete_message;
mod edit_message;
mod get_message;
mod get_message_history;
mod get_message_status;
mod limits;
mod list_changes;
mod list_messages;
mod pin_message;
mod reactions;
mod report_message;
mod reports;
mod rotation;
mod search_messages;
mod send_every_type;
mod send_message;
