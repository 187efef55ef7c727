//! Users: register, profiles, status, privacy, blocks, one's own account.

pub mod block_user;
pub mod change_password;
pub mod delete_me;
pub mod get_me;
pub mod get_settings;
pub mod get_user;
pub mod list_blocks;
mod own_password;
mod profile;
pub mod record_presence;
pub mod register_user;
pub mod search_users;
pub mod set_status;
mod settings;
pub mod unblock_user;
pub mod update_me;
pub mod update_settings;
