//! Conversations: open a direct one, make a group, change it; members and their roles; what each member does with it for
//! themselves; receipts; catching up.

pub mod add_members;
pub mod apply_receipts;
pub mod archive_conversation;
mod conversation;
pub mod create_conversation;
pub mod delete_conversation;
mod flags;
pub mod get_conversation;
pub mod list_conversations;
pub mod list_members;
pub mod list_receipts;
pub mod mark_unread;
mod member;
pub mod mute_conversation;
mod notice;
pub mod pin_conversation;
mod receipt;
pub mod remove_member;
pub mod sync;
pub mod unarchive_conversation;
pub mod unmute_conversation;
pub mod unpin_conversation;
pub mod update_conversation;
pub mod update_member;
pub mod update_receipts;
