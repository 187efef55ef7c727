//! One entry and its hash.

use std::fmt;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// The place of an entry in the log: 1, 2, 3 … without a gap. 0 is the place before the first.
pub type Seq = i64;

/// The hash of an entry: 32 bytes, written as 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands for the hash before the first entry.
    pub const BEGINNING: Self = Self([0; 32]);

    /// These bytes as a hash; `None` unless there are 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The hash that these digits write; `None` unless they are 64 in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An entry of the log as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its place.
    pub seq: Seq,
    /// When it happened, in microseconds.
    pub at: OffsetDateTime,
    /// What happened: the exact bytes that were chained.
    pub bytes: &'a [u8],
    /// The hash that is stored with it.
    pub hash: Hash,
}

impl Entry<'_> {
    /// The hash that it must have after an entry with the hash `previous`: SHA-256 of `previous`, `seq` (8 bytes, big-endian),
    /// `at` (microseconds since 1970, 8 bytes, big-endian) and `bytes`.
    #[must_use]
    pub fn hash_after(&self, previous: Hash) -> Hash {
        // Postgres knows no time that is further from 1970 than 64 bits of microseconds.
        let microseconds = i64::try_from(self.at.unix_timestamp_nanos() / 1_000).unwrap_or_default();
        let hash = Sha256::new()
            .chain_update(previous.0)
            .chain_update(self.seq.to_be_bytes())
            .chain_update(microseconds.to_be_bytes())
            .chain_update(self.bytes)
            .finalize();
        Hash(hash.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Hash;

    #[test]
    fn a_hash_is_written_and_read_in_one_way_only() {
        let hash = Hash::from_bytes(&(0..32).map(|number| number * 8).collect::<Vec<u8>>()).unwrap();
        let text = hash.to_string();
        assert_eq!(Hash::parse(&text), Some(hash));
        for wrong in [text.to_uppercase(), text[1..].to_owned(), format!("{text}00"), text.replace('0', "g")]
        {
            assert_eq!(Hash::parse(&wrong), None, "{wrong}");
        }
        assert_eq!(Hash::from_bytes(&[0; 31]), None);
    }
}
