//! Format v1, the one function for every sealed thing:
//! `0x01 ‖ salt[16] ‖ commitment[32] ‖ ciphertext ‖ tag[16]`.
//!
//! Key, nonce and commitment are derived by HKDF-SHA-256 (RFC 5869) from the parent key, a random salt and the context;
//! AES-256-GCM (NIST SP 800-38D) seals with the context as associated data. Since every salt gives another key, the
//! derived nonce never meets the same key twice. The commitment makes a ciphertext mean one thing under one key, which
//! GCM alone does not promise.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::context::Context;
use super::key::Key;
use crate::random::{Random, RandomFailure, bytes};

const VERSION: u8 = 1;
const LABEL: &[u8] = b"talkify/v1";
const FINGERPRINT_LABEL: &[u8] = b"talkify/v1/fingerprint";
const SALT: usize = 16;
const COMMITMENT: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
const BODY: usize = 1 + SALT + COMMITMENT;

/// How many bytes a sealed thing is longer than its plaintext.
pub const OVERHEAD: usize = BODY + TAG;

/// Why a sealed thing does not open: the reason classes of the `crypt_decrypt_fail` event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenFailure {
    /// Not format v1, or too short to be.
    #[error("format")]
    Format,
    /// Another key, another context or another salt.
    #[error("commitment")]
    Commitment,
    /// The right key and context, but an altered ciphertext.
    #[error("tag")]
    Tag,
    /// The key it was sealed under is not there (any more).
    #[error("key_missing")]
    KeyMissing,
}

/// What HKDF yields for one sealing.
struct Derived {
    cipher: Aes256Gcm,
    nonce: Nonce<U12>,
    commitment: [u8; COMMITMENT],
}

fn derive(parent: &Key, salt: &[u8], context: &[u8]) -> Derived {
    let mut okm = Zeroizing::new([0; Key::LENGTH + NONCE + COMMITMENT]);
    expand(parent, salt, &[LABEL, context], okm.as_mut_slice());

    let mut key = Zeroizing::new([0; Key::LENGTH]);
    let mut nonce = [0; NONCE];
    let mut commitment = [0; COMMITMENT];
    key.copy_from_slice(&okm[..Key::LENGTH]);
    nonce.copy_from_slice(&okm[Key::LENGTH..Key::LENGTH + NONCE]);
    commitment.copy_from_slice(&okm[Key::LENGTH + NONCE..]);
    Derived { cipher: Aes256Gcm::new((&*key).into()), nonce: nonce.into(), commitment }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA-256 yields up to 8,160 bytes; we ask for 76 at the most")]
fn expand(parent: &Key, salt: &[u8], info: &[&[u8]], okm: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(salt), parent.expose())
        .expand_multi_info(info, okm)
        .expect("a length that HKDF can yield");
}

/// Seals `plaintext` so that it opens only with `parent` and in the same `context`.
///
/// # Errors
/// [`RandomFailure`] when there is no salt to be had.
#[expect(clippy::missing_panics_doc, reason = "the panic below cannot happen")]
#[expect(clippy::expect_used, reason = "AES-GCM takes up to 64 GiB; nothing here comes near it")]
pub fn seal(
    random: &dyn Random,
    parent: &Key,
    context: &Context<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, RandomFailure> {
    let salt = bytes::<SALT>(random)?;
    let context = context.encode();
    let derived = derive(parent, salt.as_slice(), &context);

    let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(salt.as_slice());
    sealed.extend_from_slice(&derived.commitment);
    sealed.extend_from_slice(plaintext);
    let tag = derived
        .cipher
        .encrypt_inout_detached(&derived.nonce, &context, InOutBuf::from(&mut sealed[BODY..]))
        .expect("a length that AES-GCM takes");
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Opens what [`seal`] made with the same `parent` and `context`.
///
/// # Errors
/// The class of the failure; nothing of the plaintext leaves a failed open.
pub fn open(parent: &Key, context: &Context<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenFailure> {
    let (&version, rest) = sealed.split_first().ok_or(OpenFailure::Format)?;
    if version != VERSION {
        return Err(OpenFailure::Format);
    }
    let (salt, rest) = rest.split_at_checked(SALT).ok_or(OpenFailure::Format)?;
    let (commitment, rest) = rest.split_at_checked(COMMITMENT).ok_or(OpenFailure::Format)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenFailure::Format)?;

    let context = context.encode();
    let derived = derive(parent, salt, &context);
    if !bool::from(derived.commitment.ct_eq(commitment)) {
        return Err(OpenFailure::Commitment);
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    derived
        .cipher
        .decrypt_inout_detached(
            &derived.nonce,
            &context,
            InOutBuf::from(plaintext.as_mut_slice()),
            &Tag::from(*tag),
        )
        .map_err(|_| OpenFailure::Tag)?;
    Ok(plaintext)
}

/// A keyed hash of `bytes` in `context`: equal for equal bytes, meaningless without the key.
#[must_use]
pub fn fingerprint(parent: &Key, context: &Context<'_>, bytes: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    let context = context.encode();
    let length = u64::try_from(context.len()).unwrap_or(u64::MAX).to_be_bytes();
    expand(parent, &[], &[FINGERPRINT_LABEL, &length, &context, bytes], &mut fingerprint);
    fingerprint
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{OVERHEAD, OpenFailure, fingerprint, open, seal};
    use crate::crypto::{Context, Key};
    use crate::id::{ConversationId, Epoch, MessageId, Revision, UserId};
    use crate::random::SystemRandom;

    fn context(message: u128) -> Context<'static> {
        Context::Message {
            conversation: ConversationId(Uuid::from_u128(1)),
            epoch: Epoch(1),
            message: MessageId(Uuid::from_u128(message)),
            sender: UserId(Uuid::from_u128(2)),
            kind: "text",
            revision: Revision(1),
        }
    }

    #[test]
    fn a_sealed_thing_is_65_bytes_longer_and_opens_where_it_belongs() {
        let key = Key::generate(&SystemRandom).unwrap();
        let sealed = seal(&SystemRandom, &key, &context(1), b"hello").unwrap();
        assert_eq!(sealed.len(), 5 + OVERHEAD);
        assert_eq!(OVERHEAD, 65);
        assert_eq!(open(&key, &context(1), &sealed).unwrap().as_slice(), b"hello");
    }

    #[test]
    fn it_opens_neither_elsewhere_nor_with_another_key() {
        let key = Key::generate(&SystemRandom).unwrap();
        let other = Key::generate(&SystemRandom).unwrap();
        let sealed = seal(&SystemRandom, &key, &context(1), b"hello").unwrap();
        assert_eq!(open(&key, &context(2), &sealed).unwrap_err(), OpenFailure::Commitment);
        assert_eq!(open(&other, &context(1), &sealed).unwrap_err(), OpenFailure::Commitment);
    }

    #[test]
    fn the_same_text_is_never_sealed_alike_twice() {
        let key = Key::generate(&SystemRandom).unwrap();
        let one = seal(&SystemRandom, &key, &context(1), b"hello").unwrap();
        let other = seal(&SystemRandom, &key, &context(1), b"hello").unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn every_class_of_damage_has_its_reason() {
        let key = Key::generate(&SystemRandom).unwrap();
        let sealed = seal(&SystemRandom, &key, &context(1), b"hello").unwrap();
        let damaged = |place: usize| {
            let mut copy = sealed.clone();
            copy[place] ^= 1;
            open(&key, &context(1), &copy).unwrap_err()
        };
        assert_eq!(damaged(0), OpenFailure::Format);
        assert_eq!(damaged(1), OpenFailure::Commitment);
        assert_eq!(damaged(17), OpenFailure::Commitment);
        assert_eq!(damaged(49), OpenFailure::Tag);
        assert_eq!(damaged(sealed.len() - 1), OpenFailure::Tag);
        assert_eq!(open(&key, &context(1), &sealed[..OVERHEAD - 1]).unwrap_err(), OpenFailure::Format);
    }

    #[test]
    fn a_fingerprint_depends_on_key_place_and_bytes() {
        let key = Key::generate(&SystemRandom).unwrap();
        let other = Key::generate(&SystemRandom).unwrap();
        let one = fingerprint(&key, &context(1), b"hello");
        assert_eq!(one, fingerprint(&key, &context(1), b"hello"));
        assert_ne!(one, fingerprint(&key, &context(1), b"hellp"));
        assert_ne!(one, fingerprint(&key, &context(2), b"hello"));
        assert_ne!(one, fingerprint(&other, &context(1), b"hello"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        #[test]
        fn whatever_was_sealed_comes_back(plaintext in prop::collection::vec(any::<u8>(), 0..2_048)) {
            let key = Key::generate(&SystemRandom).unwrap();
            let sealed = seal(&SystemRandom, &key, &context(1), &plaintext).unwrap();
            let opened = open(&key, &context(1), &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plaintext.as_slice());
        }

        #[test]
        fn no_mutation_is_accepted(
            plaintext in prop::collection::vec(any::<u8>(), 0..64),
            place in any::<prop::sample::Index>(),
            change in 1u8..,
            cut in 0usize..96,
        ) {
            let key = Key::generate(&SystemRandom).unwrap();
            let sealed = seal(&SystemRandom, &key, &context(1), &plaintext).unwrap();
            let mut mutated = sealed.clone();
            mutated[place.index(sealed.len())] ^= change;
            prop_assert!(open(&key, &context(1), &mutated).is_err());
            let mut cut_short = sealed.clone();
            cut_short.truncate(sealed.len().saturating_sub(cut + 1));
            prop_assert!(open(&key, &context(1), &cut_short).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_open(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let key = Key::generate(&SystemRandom).unwrap();
            prop_assert!(open(&key, &context(1), &bytes).is_err());
        }
    }
}
