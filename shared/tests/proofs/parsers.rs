//! What takes bytes from the database: no bytes crash it.

use proptest::prelude::*;
use shared::crypto::{Context, Key, open, seal};
use shared::id::{ConversationId, Epoch};
use shared::random::SystemRandom;
use uuid::Uuid;

fn place() -> Context<'static> {
    Context::ConversationTitle { conversation: ConversationId(Uuid::from_u128(1)), epoch: Epoch(1) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50_000))]

    #[test]
    fn no_bytes_crash_the_format(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 0u8..3) {
        let key = Key::from_slice(&[7; 32]).unwrap();
        open(&key, &place(), &bytes).unwrap_err();
        let mut versioned = bytes;
        if let Some(first) = versioned.first_mut() {
            *first = version;
        }
        open(&key, &place(), &versioned).unwrap_err();
    }

    #[test]
    fn no_splice_of_a_good_ciphertext_opens_or_crashes(
        at in 0usize..80,
        gone in 0usize..80,
        spliced in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let key = Key::from_slice(&[7; 32]).unwrap();
        let good = seal(&SystemRandom, &key, &place(), b"fifteen letters").unwrap();
        let end = (at + gone).min(good.len());
        let bad = [&good[..at], &spliced, &good[end.max(at)..]].concat();
        prop_assert_eq!(open(&key, &place(), &bad).is_ok(), bad == good);
    }
}
