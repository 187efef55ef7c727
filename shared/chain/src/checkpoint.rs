//! A signed statement of how far the log went and what its hash was.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

use crate::entry::{Hash, Seq};
use crate::key::PublicKey;

const VERSION: u32 = 1;
const TIME: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// How far a log went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: each has an id of its own, made with its database.
    pub chain: Uuid,
    /// Its last entry then.
    pub seq: Seq,
    /// The hash of that entry.
    pub hash: Hash,
    /// When it was signed: RFC 3339, UTC, with milliseconds.
    at: String,
}

/// A checkpoint that is no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no checkpoint")]
pub struct Unreadable;

/// A checkpoint with a signature, which may be good or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    signature: Vec<u8>,
}

/// The object as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    version: u32,
    chain: Uuid,
    seq: Seq,
    hash: String,
    at: String,
    /// ECDSA over SHA-256 of [`Checkpoint::statement`], in DER, in base64.
    signature: String,
}

impl Checkpoint {
    /// A checkpoint to be signed now.
    #[must_use]
    pub fn new(chain: Uuid, seq: Seq, hash: Hash, at: OffsetDateTime) -> Self {
        // It fails for years beyond 9999 only.
        Self { chain, seq, hash, at: at.to_offset(time::UtcOffset::UTC).format(TIME).unwrap_or_default() }
    }

    /// When it was signed: RFC 3339, UTC, with milliseconds.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    /// The text that is signed: the same bytes for the same checkpoint, and for no other.
    #[must_use]
    pub fn statement(&self) -> String {
        let Self { chain, seq, hash, at } = self;
        format!("talkify audit checkpoint v{VERSION}\nchain {chain}\nseq {seq}\nhash {hash}\nat {at}\n")
    }

    /// The name of its object, which tells its place and its hash. Of one log, the newest comes first.
    #[must_use]
    pub fn object_name(&self) -> String {
        let Self { chain, seq, hash, .. } = self;
        format!("{}-{seq}-{hash}.json", Self::names_up_to(*chain, *seq))
    }

    /// What comes right before the names of the checkpoints of this entry and of earlier ones, and after all others of the log.
    #[must_use]
    pub fn names_up_to(chain: Uuid, seq: Seq) -> String {
        format!("{chain}/{:019}", Seq::MAX - seq)
    }

    /// What the names of a log's checkpoints begin with.
    #[must_use]
    pub fn names_of(chain: Uuid) -> String {
        format!("{chain}/")
    }

    /// The place and the hash that the name of a log's object speaks of; whether they are signed is another matter.
    #[must_use]
    pub fn named(chain: Uuid, name: &str) -> Option<(Seq, Hash)> {
        let mut parts = name.strip_prefix(&Self::names_of(chain))?.strip_suffix(".json")?.splitn(3, '-');
        let (_, seq, hash) = (parts.next()?, parts.next()?.parse().ok()?, Hash::parse(parts.next()?)?);
        let named = Self { chain, seq, hash, at: String::new() };
        (seq >= 0 && named.object_name() == name).then_some((seq, hash))
    }

    /// The object to store.
    #[must_use]
    pub fn signed(self, signature: Vec<u8>) -> SignedCheckpoint {
        SignedCheckpoint { checkpoint: self, signature }
    }
}

impl SignedCheckpoint {
    /// Reads an object.
    ///
    /// # Errors
    /// [`Unreadable`] for anything that [`Self::to_json`] does not write.
    pub fn parse(json: &[u8]) -> Result<Self, Unreadable> {
        let object: Object = serde_json::from_slice(json).map_err(|_| Unreadable)?;
        let time = OffsetDateTime::parse(&object.at, &time::format_description::well_known::Rfc3339);
        let hash = Hash::parse(&object.hash).ok_or(Unreadable)?;
        let checkpoint = Checkpoint::new(object.chain, object.seq, hash, time.map_err(|_| Unreadable)?);
        let signature = STANDARD.decode(&object.signature).map_err(|_| Unreadable)?;
        let sound = object.version == VERSION && object.seq >= 0 && checkpoint.at == object.at;
        if sound { Ok(Self { checkpoint, signature }) } else { Err(Unreadable) }
    }

    /// The object as it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Checkpoint { chain, seq, hash, at } = self.checkpoint.clone();
        let signature = STANDARD.encode(&self.signature);
        let object = Object { version: VERSION, chain, seq, hash: hash.to_string(), at, signature };
        // Nothing in it can fail to be written.
        serde_json::to_string(&object).unwrap_or_default()
    }

    /// Whether the owner of this key signed it.
    #[must_use]
    pub fn is_good(&self, key: &PublicKey) -> bool {
        key.verifies(self.checkpoint.statement().as_bytes(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{Checkpoint, SignedCheckpoint};
    use crate::entry::{Hash, Seq};

    fn checkpoint(seq: Seq) -> Checkpoint {
        let at = datetime!(2026-11-24 06:48:05.1239 UTC);
        Checkpoint::new(Uuid::from_u128(7), seq, Hash::BEGINNING, at)
    }

    #[test]
    fn what_is_signed_is_this_text() {
        let hash = "0".repeat(64);
        assert_eq!(
            checkpoint(17).statement(),
            format!(
                "talkify audit checkpoint v1\nchain 00000000-0000-0000-0000-000000000007\nseq 17\nhash {hash}\n\
                 at 2026-11-24T06:48:05.123Z\n"
            )
        );
    }

    #[test]
    fn an_object_is_read_as_it_was_written_and_in_no_other_form() {
        let signed = checkpoint(17).signed(vec![1, 2, 3]);
        let json = signed.to_json();
        assert_eq!(SignedCheckpoint::parse(json.as_bytes()), Ok(signed));
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("\"seq\":17", "\"seq\":-1"),
            ("\"seq\":17", "\"seq\":17,\"more\":1"),
            (".123Z", ".1230Z"),
            ("Z\"", "+00:00\""),
            ("AQID", "AQI"),
        ] {
            let other = json.replace(from, to);
            assert!(other != json && SignedCheckpoint::parse(other.as_bytes()).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn the_newest_name_comes_first(one in 0..Seq::MAX, other in 0..Seq::MAX) {
            let (one, other) = (checkpoint(one), checkpoint(other));
            prop_assert_eq!(Checkpoint::named(one.chain, &one.object_name()), Some((one.seq, one.hash)));
            prop_assert_eq!(one.seq.cmp(&other.seq).reverse(), one.object_name().cmp(&other.object_name()));
            let marker = Checkpoint::names_up_to(one.chain, one.seq);
            prop_assert_eq!(other.seq <= one.seq, other.object_name() > marker);
        }

        #[test]
        fn arbitrary_text_breaks_nothing(text in ".{0,80}") {
            let text = format!("{}/{text}", Uuid::nil());
            let _ = (Checkpoint::named(Uuid::nil(), &text), SignedCheckpoint::parse(text.as_bytes()));
        }
    }
}
