//! Messages: send, list, read one.

pub mod get_message;
pub mod list_messages;
mod row;
pub mod send_message;
