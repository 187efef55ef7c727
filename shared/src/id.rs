//! Identifiers and numbers that must not be mistaken for one another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Clock;
use crate::random::{Random, RandomFailure, bytes};

/// A fresh time-ordered identifier: UUID version 7 of RFC 9562, millisecond precision.
pub fn new_uuid(clock: &dyn Clock, random: &dyn Random) -> Result<Uuid, RandomFailure> {
    let milliseconds = clock.now().unix_timestamp_nanos() / 1_000_000;
    let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
    let random = bytes::<10>(random)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A user, for ever: never given to anybody else.
    UserId;
    /// One login of a user on one device.
    SessionId;
    /// A direct or group conversation.
    ConversationId;
    /// A message, unique across conversations.
    MessageId;
    /// The name a client gives to a message before it is sent; makes sending safe to repeat.
    ClientId;
    /// A row of `keys.keyring`: one K1.
    KeyringId;
    /// An uploaded file.
    MediaId;
    /// What a member says is wrong with a message.
    ReportId;
    /// An archive of everything a user may see.
    ExportId;
}

/// An event in the outbox. Not made from any UUID by `App::new_id`: `App::new_event` also sees to it that it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutboxId(pub Uuid);

impl fmt::Display for OutboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }
    )*};
}

numbers! {
    /// The place of a message in its conversation: 1, 2, 3 … without a gap.
    Seq(i64);
    /// The place of a visible change (a message, an edit, a member …) in its conversation.
    ChangeSeq(i64);
    /// The generation of a conversation's key K2, from 1.
    Epoch(i32);
    /// How often a sealed thing has been written: 1 when new, one more with each edit.
    Revision(i32);
}

#[cfg(test)]
mod tests {
    use super::new_uuid;
    use crate::clock::SystemClock;
    use crate::random::SystemRandom;

    #[test]
    fn ids_are_version_7_and_distinct() {
        let clock = SystemClock::start();
        let one = new_uuid(&clock, &SystemRandom).unwrap();
        let other = new_uuid(&clock, &SystemRandom).unwrap();
        assert_eq!(one.get_version_num(), 7);
        assert_ne!(one, other);
    }
}
