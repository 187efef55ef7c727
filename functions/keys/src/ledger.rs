//! The ledger of what was destroyed for ever, outside the database: ids only, in a bucket that never lets go of them.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::UtcOffset;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

use crate::backup::hexadecimal;

const VERSION: u32 = 1;
const TIME: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// What was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShredKind {
    /// A conversation ended, and all its keys went.
    Conversation,
    /// Some keys of a conversation went.
    Epochs,
    /// An account was erased.
    Account,
}

impl ShredKind {
    /// The kind of this name in `shreds`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Conversation, Self::Epochs, Self::Account].into_iter().find(|kind| kind.name() == name)
    }

    /// The name in `shreds` and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Epochs => "epochs",
            Self::Account => "account",
        }
    }
}

/// One thing that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shred {
    /// What.
    pub kind: ShredKind,
    /// Whose: a conversation, or a user.
    pub id: Uuid,
    /// Which keys of a conversation.
    pub epochs: Vec<i32>,
    /// When: RFC 3339, UTC, with microseconds.
    pub at: String,
}

/// One object of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    version: u32,
    deployment_id: Uuid,
    shreds: Vec<Shred>,
}

impl Ledger {
    /// An object that tells of these.
    #[must_use]
    pub fn new(deployment: Uuid, shreds: Vec<Shred>) -> Self {
        Self { version: VERSION, deployment_id: deployment, shreds }
    }

    /// Reads an object; `None` when it is none of this deployment's ledger.
    #[must_use]
    pub fn parse(deployment: Uuid, content: &[u8]) -> Option<Self> {
        let ledger: Self = serde_json::from_slice(content).ok()?;
        (ledger.version == VERSION && ledger.deployment_id == deployment).then_some(ledger)
    }

    /// What it tells of.
    #[must_use]
    pub fn shreds(&self) -> &[Shred] {
        &self.shreds
    }

    /// The object to store.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always have a JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The name of an object that is carried there at this time. The same again has the same hash in it.
    #[must_use]
    pub fn object_name(&self, at: OffsetDateTime) -> String {
        let hash = hexadecimal(&Sha256::digest(self.to_json()));
        format!("{}-{}.json", Self::names_from(self.deployment_id, at), &hash[..16])
    }

    /// What the names of a deployment's objects begin with.
    #[must_use]
    pub fn names_of(deployment: Uuid) -> String {
        format!("{deployment}/")
    }

    /// What comes right before the names of what was carried there from this time on.
    #[must_use]
    pub fn names_from(deployment: Uuid, at: OffsetDateTime) -> String {
        format!("{}{}", Self::names_of(deployment), written(at))
    }
}

/// A time as the ledger writes it: in the order of time, also as text.
#[must_use]
pub fn written(at: OffsetDateTime) -> String {
    // It fails for years beyond 9999 only.
    at.to_offset(UtcOffset::UTC).format(TIME).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{Ledger, Shred, ShredKind, written};

    fn ledger() -> Ledger {
        let shred = |kind, id, epochs: &[i32]| Shred {
            kind,
            id: Uuid::from_u128(id),
            epochs: epochs.to_vec(),
            at: written(datetime!(2026-11-24 12:00 UTC)),
        };
        Ledger::new(
            Uuid::from_u128(1),
            vec![
                shred(ShredKind::Conversation, 2, &[1, 2]),
                shred(ShredKind::Epochs, 3, &[7]),
                shred(ShredKind::Account, 4, &[]),
            ],
        )
    }

    #[test]
    fn an_object_comes_back_as_it_was_and_for_its_deployment_only() {
        let ledger = ledger();
        let content = ledger.to_json();
        assert_eq!(Ledger::parse(Uuid::from_u128(1), content.as_bytes()), Some(ledger));
        assert_eq!(Ledger::parse(Uuid::from_u128(2), content.as_bytes()), None);
        for end in 0..content.len() {
            assert_eq!(Ledger::parse(Uuid::from_u128(1), &content.as_bytes()[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn names_are_in_the_order_of_time() {
        let (ledger, early, late) =
            (ledger(), datetime!(2026-11-24 12:00 UTC), datetime!(2026-11-24 12:00:00.000001 UTC));
        assert!(ledger.object_name(early) < ledger.object_name(late));
        assert!(Ledger::names_from(Uuid::from_u128(1), late) < ledger.object_name(late));
        assert!(Ledger::names_from(Uuid::from_u128(1), late) > ledger.object_name(early));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn no_bytes_crash_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200), place in 0usize..300, byte: u8) {
            prop_assert_eq!(Ledger::parse(Uuid::from_u128(1), &bytes), None);
            let mut content = ledger().to_json().into_bytes();
            content[place] = byte;
            // It may still be a ledger, of something else.
            let _ = Ledger::parse(Uuid::from_u128(1), &content);
        }
    }
}
