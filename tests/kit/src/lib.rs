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
pub mod browser;
pub mod contract;
pub mod cut_answers;
pub mod database;
pub mod edge;
pub mod gateway;
pub mod kills;
pub mod log;
pub mod proxy;
pub mod receiver;
pub mod relay;
pub mod slow_commits;
pub mod socket;

pub use app::{Request, Somebody, TestApp, connects};
pub use browser::{Browser, VapidKey, verified};
pub use contract::Contract;
pub use cut_answers::CutAnswers;
pub use database::TestDatabase;
pub use edge::{
    FakeClock, FakeKms, FakeLockedBucket, FakeObjects, FakeQueue, FakeSigner, FakeSqs, FaultyKms, KmsFault,
    KmsMood, KmsOfRole, killed_at, task,
};
pub use gateway::{
    Answer, Client, Conversation, Gateway, Message, MessagePage, User, http_client, new_id, unique_username,
};
pub use kills::{killed_at_every_wait, scheduled_and_killed_at_every_wait};
pub use log::LogCounter;
pub use proxy::CountingProxy;
pub use receiver::{Received, Receiver};
pub use relay::Relay;
pub use slow_commits::SlowCommits;
pub use socket::Socket;
