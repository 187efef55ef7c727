//! Previews: the worker as a process of its own, and what it makes of good files and of hostile ones.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "previews/corpus/mod.rs"]
mod corpus;
#[path = "previews/worker.rs"]
mod worker;

#[path = "previews/documents.rs"]
mod documents;
#[path = "previews/hostile.rs"]
mod hostile;
#[path = "previews/pictures.rs"]
mod pictures;
#[path = "previews/recordings.rs"]
mod recordings;
