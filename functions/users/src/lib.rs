//! Users: register, profiles, status, privacy, blocks, one's own account, exports.

mod archive;
pub mod block_user;
pub mod change_password;
pub mod delete_me;
pub mod expire_presence;
mod export;
pub mod get_export;
pub mod get_me;
pub mod get_settings;
pub mod get_user;
pub mod list_blocks;
mod own_password;
mod profile;
pub mod record_presence;
pub mod register_user;
pub mod request_export;
pub mod search_users;
pub mod set_status;
pub mod sweep_exports;
pub mod sweeps;
pub mod unblock_user;
pub mod update_me;
pub mod update_settings;
pub mod write_export;
