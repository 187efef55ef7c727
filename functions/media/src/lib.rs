//! Media: files that users upload, what is made of them, and who may see them.

pub mod create_media;
pub mod delete_media;
mod event;
pub mod get_media;
mod kind;
pub mod list_media;
pub mod make_previews;
mod new_media;
pub mod preview;
pub mod sweep_media;
