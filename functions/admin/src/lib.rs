//! Administration of the deployment.

pub mod appoint_admin;
pub mod chain_audit;
pub mod list_admin_users;
pub mod list_audit_events;
pub mod migrate_database;
mod signed;
pub mod sweep_expired;
pub mod update_admin_user;
mod user;
pub mod verify_audit;
