//! Messages: send, read, edit, delete; react, pin, report; how far they have come and what has changed.

pub mod add_reaction;
pub mod delete_message;
pub mod edit_message;
pub mod get_message;
pub mod get_message_history;
pub mod get_message_status;
pub mod list_changes;
pub mod list_messages;
pub mod list_reports;
mod new_message;
pub mod pin_message;
mod reaction;
pub mod remove_reaction;
pub mod report_message;
mod reported;
mod row;
pub mod search_messages;
pub mod send_message;
pub mod unpin_message;
pub mod update_report;
mod words;
