//! What tests share: users who talk through the gateway, answers held to `openapi.yaml`, a database for each test, and a proxy
//! that counts round trips.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test support fails the test that uses it"
)]

pub mod app;
pub mod contract;
pub mod database;
pub mod edge;
pub mod gateway;
pub mod log;
pub mod proxy;
pub mod slow_commits;

pub use app::{Request, Somebody, TestApp};
pub use contract::Contract;
pub use database::TestDatabase;
pub use edge::{
    FakeCheckpoints, FakeClock, FakeKms, FakeObjects, FakeQueue, FakeSigner, FakeSqs, KmsMood, killed_at,
    task,
};
pub use gateway::{
    Answer, Client, Conversation, Gateway, Message, MessagePage, User, new_id, unique_username,
};
pub use log::LogCounter;
pub use proxy::CountingProxy;
pub use slow_commits::SlowCommits;
