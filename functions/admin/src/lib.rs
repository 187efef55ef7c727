//! Administration of the deployment.

pub mod appoint_admin;
pub mod chain_audit;
pub mod list_admin_users;
pub mod list_audit_events;
pub mod list_workers;
pub mod migrate_database;
pub mod publish_outbox;
pub mod redrive_queue;
mod signed;
pub mod sweep_expired;
pub mod update_admin_user;
mod user;
pub mod verify_audit;
