//! Pages of lists.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use uuid::Uuid;

use super::call::Call;
use super::problem::{FieldError, Problem};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX, TEXT_CHARS};

/// The `limit` of a page: 50 unless told, 1 to 100; more is refused, never silently made smaller.
pub fn limit(call: &Call) -> Result<i64, Problem> {
    let Some(limit) = call.query_number("limit")? else { return Ok(PAGE_DEFAULT) };
    if limit < 1 {
        return Err(Problem::invalid("limit", "invalid_value", "must be at least 1"));
    }
    if limit > PAGE_MAX {
        return Err(Problem::InvalidRequest(vec![FieldError {
            field: "limit".to_owned(),
            code: "too_large",
            message: format!("must be at most {PAGE_MAX}"),
            max: u64::try_from(PAGE_MAX).ok(),
        }]));
    }
    Ok(limit)
}

/// A place in a conversation that a page begins or ends at.
pub fn place(call: &Call, name: &str) -> Result<Option<i64>, Problem> {
    match call.query_number(name)? {
        Some(seq) if seq < 0 => Err(Problem::invalid(name, "invalid_value", "must not be negative")),
        seq => Ok(seq),
    }
}

/// Bytes that the messages of one page may take in Lambda's answer, which is at most 6 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const PAGE_BYTES: usize = 5_500_000;
/// The most that one message can take: 10,000 control characters, written `\\u0001` in a JSON string in a JSON string.
const MESSAGE_BYTES: usize = 7 * TEXT_CHARS + MESSAGE_FRAME_BYTES;
/// What a message takes beside its text.
const MESSAGE_FRAME_BYTES: usize = 2_000;

/// How many messages, of which these are the sealed sizes in bytes, fit into one answer: all of them but for pages of
/// very long ones. At least one.
#[must_use]
pub fn fitting(sealed: impl IntoIterator<Item = usize>) -> usize {
    fitting_bytes(sealed.into_iter().map(message_bytes))
}

/// The most that a message takes in Lambda's answer whose sealed size in bytes is this, without its parts.
#[must_use]
pub fn message_bytes(sealed: usize) -> usize {
    // What is sealed is JSON; as a string in another JSON it is at most twice as long.
    (2 * sealed + MESSAGE_FRAME_BYTES).min(MESSAGE_BYTES)
}

/// How many items, of which these are the sizes in bytes as they stand in Lambda's answer, fit into it. At least one.
#[must_use]
pub fn fitting_bytes(sizes: impl IntoIterator<Item = usize>) -> usize {
    let mut taken = 0;
    let within = |bytes: usize| {
        taken += bytes;
        taken <= PAGE_BYTES
    };
    sizes.into_iter().map(within).take_while(|within| *within).count().max(1)
}

/// Keeps the first `shown` rows of those read, one more than asked for at the most; whether there were more.
pub fn cut<T>(rows: &mut Vec<T>, shown: usize) -> bool {
    let more = rows.len() > shown;
    rows.truncate(shown);
    more
}

/// Where a page of a list by time ended: the last item's time and id. Opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The last item's time, microseconds precision as Postgres keeps it.
    pub time: OffsetDateTime,
    /// The last item's id, which orders items of one time.
    pub id: Uuid,
}

impl Cursor {
    /// The `cursor` parameter, if there is one.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] when it is not one that we gave out.
    pub fn of(call: &Call) -> Result<Option<Self>, Problem> {
        let Some(text) = call.query("cursor") else { return Ok(None) };
        let cursor = Self::decode(text).ok_or_else(|| {
            Problem::invalid("cursor", "invalid_value", "is not a next_cursor of this list")
        })?;
        Ok(Some(cursor))
    }

    /// The text to give out.
    #[must_use]
    pub fn encode(&self) -> String {
        let microseconds = i64::try_from(self.time.unix_timestamp_nanos() / 1_000).unwrap_or_default();
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&microseconds.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (microseconds, id) = bytes.split_first_chunk::<8>()?;
        let nanoseconds = i128::from(i64::from_be_bytes(*microseconds)) * 1_000;
        let time = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()?;
        // The years that Postgres and RFC 3339 both know.
        (0..=9_999).contains(&time.year()).then_some(Self { time, id: Uuid::from_slice(id).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::{Cursor, fitting};

    #[test]
    fn only_pages_of_very_long_messages_are_cut() {
        assert_eq!(fitting([20_000; 100]), 100);
        assert_eq!(fitting([60_100; 100]), 76);
        assert_eq!(fitting([6_000_000]), 1);
        assert_eq!(fitting([]), 1);
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(microseconds in 0i64..4_000_000_000_000_000, id in any::<u128>()) {
            let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).unwrap();
            let cursor = Cursor { time, id: Uuid::from_u128(id) };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn arbitrary_text_never_breaks_it(text in ".{0,64}") {
            let _ = Cursor::decode(&text);
        }
    }
}
