//! The endpoints and workers in process, one module each.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod talk;

mod create_media;
mod delete_media;
mod get_media;
mod limits;
mod list_media;
mod make_previews;
mod signatures;
mod sweep_media;
