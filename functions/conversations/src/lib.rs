//! Conversations: open a direct one, make a group, list one's own.

mod conversation;
pub mod create_conversation;
pub mod list_conversations;
