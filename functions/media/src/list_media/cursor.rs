//! Where a page of a gallery ended. Opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::{Call, Problem};

/// After this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The message that holds it.
    pub seq: i64,
    /// Its place in the message, from 1.
    pub position: i16,
}

impl Cursor {
    /// Before every file.
    const START: Self = Self { seq: i64::MAX, position: 0 };

    /// The `cursor` parameter, or where a gallery begins.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is not one that we gave out.
    pub fn of(call: &Call) -> Result<Self, Problem> {
        let Some(text) = call.query("cursor") else { return Ok(Self::START) };
        Self::decode(text)
            .ok_or_else(|| Problem::invalid("cursor", "invalid_value", "is not a next_cursor of this list"))
    }

    /// The text to give out.
    pub fn encode(self) -> String {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.seq.to_be_bytes());
        bytes[8..].copy_from_slice(&self.position.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 10] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (seq, position) = bytes.split_first_chunk::<8>()?;
        let cursor =
            Self { seq: i64::from_be_bytes(*seq), position: i16::from_be_bytes(position.try_into().ok()?) };
        (cursor.seq >= 1 && (1..=10).contains(&cursor.position)).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Cursor;

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(seq in 1..=i64::MAX, position in 1..=10_i16) {
            let cursor = Cursor { seq, position };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn arbitrary_text_never_breaks_it(text in "[A-Za-z0-9_-]{0,20}") {
            if let Some(cursor) = Cursor::decode(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }
    }
}
