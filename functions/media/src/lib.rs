//! Media: files that users upload, what is made of them, and who may see them.

pub mod preview;
