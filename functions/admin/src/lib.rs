//! Administration of the deployment.

pub mod migrate_database;
