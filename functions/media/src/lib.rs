//! Media: files that users upload, what is made of them, and who may see them.

pub mod create_media;
pub mod delete_media;
pub mod get_media;
mod kind;
mod new_media;
pub mod preview;
