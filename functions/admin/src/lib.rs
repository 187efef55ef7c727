//! Administration of the deployment.

pub mod appoint_admin;
pub mod list_admin_users;
pub mod migrate_database;
pub mod sweep_expired;
pub mod update_admin_user;
mod user;
