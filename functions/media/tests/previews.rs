//! Previews: the worker as a process of its own, and what it makes of good files and of hostile ones.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "previews/corpus/mod.rs"]
mod corpus;
#[path = "previews/worker.rs"]
mod worker;

#[path = "previews/confined.rs"]
mod confined;
#[path = "previews/documents.rs"]
mod documents;
#[path = "previews/hostile.rs"]
mod hostile;
#[path = "previews/memory.rs"]
mod memory;
#[path = "previews/mutated.rs"]
mod mutated;
#[path = "previews/others.rs"]
mod others;
#[path = "previews/pictures.rs"]
mod pictures;
#[path = "previews/recordings.rs"]
mod recordings;
