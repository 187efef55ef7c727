//! Where a client is in what changed for it. Opaque to clients, and harmless when forged: it chooses only from where on its
//! bearer reads what is theirs anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::{Call, Problem};
use uuid::Uuid;

/// The form of the bytes.
const VERSION: u8 = 1;

/// A place in the order of the log: after this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The transaction, or a later one: `outbox.xid`.
    pub xid: i64,
    /// The change in its conversation; 0 where there is none.
    pub change_seq: i64,
    /// The row.
    pub id: Uuid,
}

impl Place {
    /// Before everything of this transaction.
    pub fn before(xid: i64) -> Self {
        Self { xid, change_seq: 0, id: Uuid::nil() }
    }
}

/// What `since` and `next` hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Which log the place is in.
    pub log: Uuid,
    /// What was seen of it; while a snapshot is read, where that began.
    pub place: Place,
    /// In a snapshot: the conversation to go on after.
    pub snapshot_after: Option<Uuid>,
}

impl Token {
    /// The `since` parameter, if there is one.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is not one that we gave out.
    pub fn of(call: &Call) -> Result<Option<Self>, Problem> {
        let decode = |text| {
            Self::decode(text)
                .ok_or_else(|| Problem::invalid("since", "invalid_value", "is not a next of this operation"))
        };
        call.query("since").map(decode).transpose()
    }

    /// The text to give out.
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.log.as_bytes());
        bytes.extend(self.place.xid.to_be_bytes());
        bytes.extend(self.place.change_seq.to_be_bytes());
        bytes.extend(self.place.id.as_bytes());
        bytes.extend(self.snapshot_after.iter().flat_map(Uuid::as_bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (log, rest) = rest.split_first_chunk::<16>()?;
        let (xid, rest) = rest.split_first_chunk::<8>()?;
        let (change_seq, rest) = rest.split_first_chunk::<8>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let snapshot_after = match rest.len() {
            0 => None,
            _ => Some(Uuid::from_bytes(rest.try_into().ok()?)),
        };
        let place = Place {
            xid: i64::from_be_bytes(*xid),
            change_seq: i64::from_be_bytes(*change_seq),
            id: Uuid::from_bytes(*id),
        };
        let token = Self { log: Uuid::from_bytes(*log), place, snapshot_after };
        (*version == VERSION && place.xid >= 0 && place.change_seq >= 0).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Place, Token};

    proptest! {
        #[test]
        fn a_token_comes_back_as_it_was(
            log in any::<u128>(),
            xid in 0..=i64::MAX,
            change_seq in 0..=i64::MAX,
            id in any::<u128>(),
            after in proptest::option::of(any::<u128>()),
        ) {
            let place = Place { xid, change_seq, id: Uuid::from_u128(id) };
            let token = Token { log: Uuid::from_u128(log), place, snapshot_after: after.map(Uuid::from_u128) };
            prop_assert_eq!(Token::decode(&token.encode()), Some(token));
        }

        #[test]
        fn arbitrary_text_never_breaks_it(text in "[A-Za-z0-9_-]{0,96}") {
            if let Some(token) = Token::decode(&text) {
                prop_assert_eq!(token.encode(), text);
            }
        }

        #[test]
        fn a_token_cut_short_is_none(cut in 0_usize..88) {
            let place = Place::before(7);
            let token = Token { log: Uuid::max(), place, snapshot_after: Some(Uuid::max()) }.encode();
            let text = &token[..cut.min(token.len() - 1)];
            prop_assert!(Token::decode(text).is_none_or(|token| token.snapshot_after.is_none()));
        }
    }
}
