//! A symmetric key in memory.

use std::fmt;

use zeroize::Zeroizing;

use crate::random::{Random, RandomFailure, bytes};

/// 32 secret bytes: erased when dropped, never printed, never serialised.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; Key::LENGTH]>);

impl Key {
    /// Length of every key, in bytes.
    pub const LENGTH: usize = 32;

    /// A fresh random key.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomFailure> {
        Ok(Self(bytes(random)?))
    }

    /// A key from bytes that were opened or unwrapped; `None` unless there are exactly 32 of them.
    #[must_use]
    pub fn from_slice(slice: &[u8]) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        if slice.len() != Self::LENGTH {
            return None;
        }
        bytes.copy_from_slice(slice);
        Some(Self(bytes))
    }

    /// The secret itself, to derive from or to seal under another key.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}
