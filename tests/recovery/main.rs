//! What happens when keys, or the database, are lost or withheld; in process, through the real handlers of several domains, against the real
//! Postgres with its own `pg_dump`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drill;
mod erasures;
mod key_service;
mod rights;
mod shreds;
mod words;
