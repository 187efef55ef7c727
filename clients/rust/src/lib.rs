#![doc = include_str!("../README.md")]

mod call;
mod client;
mod failure;
mod feed;
mod message;
mod secret;
mod session;
mod socket;
mod sync;
mod upload;
mod world;

/// The types of the API and a method of [`Client`] for each operation, generated from `openapi.yaml`.
#[expect(
    missing_docs,
    clippy::clone_on_copy,
    clippy::derivable_impls,
    clippy::doc_markdown,
    clippy::enum_variant_names,
    clippy::pedantic,
    reason = "the generator's, and what has no description in the document"
)]
#[rustfmt::skip]
mod generated;

pub use client::{Client, Options};
pub use failure::Error;
pub use feed::ConversationFeed;
pub use generated::*;
pub use message::{Change, Content, Event, NewMessage, Whom};
pub use secret::Secret;
pub use session::{MemoryStore, Session, Store};
pub use socket::{Happening, Socket};
pub use sync::{Page, Sync};
pub use upload::{Upload, kind_of};
