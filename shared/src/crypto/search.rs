//! Search tokens: what stands in the database for a word of a message that it cannot read.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::context::Context;
use super::envelope::fingerprint;
use super::epoch::EpochKey;

/// Makes the search tokens of one epoch of a conversation, under a key derived from the epoch's. Lives as long as the request.
#[derive(Clone)]
pub struct SearchKey(Hmac<Sha256>);

impl EpochKey {
    /// The key of this epoch's search tokens. It goes when the epoch's key does.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the panic below cannot happen")]
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub fn search_key(&self) -> SearchKey {
        let context = Context::SearchTokens { conversation: self.conversation, epoch: self.epoch };
        let key = Zeroizing::new(fingerprint(&self.key, &context, &[]));
        SearchKey(Hmac::new_from_slice(key.as_slice()).expect("a key that HMAC takes"))
    }
}

impl SearchKey {
    /// The token of a term: equal for equal terms of this epoch, meaningless without the key. The first eight bytes of the
    /// HMAC's 32: two words of a conversation share one by a chance of 2⁻⁶⁴.
    #[must_use]
    pub fn token(&self, term: &str) -> i64 {
        let mut hmac = self.0.clone();
        hmac.update(term.as_bytes());
        let hash = hmac.finalize().into_bytes();
        // The first chunk is all of eight bytes: there are 32.
        hash.first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
    }
}

impl fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::EpochKey;
    use crate::crypto::Key;
    use crate::id::{ConversationId, Epoch};
    use crate::random::SystemRandom;

    #[test]
    fn a_token_is_of_its_word_its_epoch_and_its_conversation() {
        let key = Key::generate(&SystemRandom).unwrap();
        let token = |conversation: u128, epoch: i32, word: &str| {
            let conversation = ConversationId(Uuid::from_u128(conversation));
            EpochKey { conversation, epoch: Epoch(epoch), key: key.clone() }.search_key().token(word)
        };
        assert_eq!(token(1, 1, "tea"), token(1, 1, "tea"));
        for other in [token(2, 1, "tea"), token(1, 2, "tea"), token(1, 1, "team")] {
            assert_ne!(token(1, 1, "tea"), other);
        }
    }
}
