//! Ciphertexts made to open under two keys. AES-GCM alone takes them: whoever knows both keys chooses one block of the ciphertext so that one tag
//! is right under both (<https://eprint.iacr.org/2019/016>). The commitment of format v1 must not.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use shared::crypto::{Context, Key, OpenFailure, open};
use shared::id::{ConversationId, Epoch};
use shared::random::{SystemRandom, bytes};
use uuid::Uuid;

/// An element of GF(2^128) as NIST SP 800-38D writes it: its first bit is the highest.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Element(u128);

impl Element {
    const ONE: Self = Self(1 << 127);

    fn of(bytes: &[u8]) -> Self {
        let mut block = [0; 16];
        block[..bytes.len()].copy_from_slice(bytes);
        Self(u128::from_be_bytes(block))
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    fn times(self, other: Self) -> Self {
        let (mut product, mut factor) = (0, other.0);
        for bit in (0..128).rev() {
            if (self.0 >> bit) & 1 == 1 {
                product ^= factor;
            }
            factor = if factor & 1 == 1 { (factor >> 1) ^ (0xe1 << 120) } else { factor >> 1 };
        }
        Self(product)
    }

    /// Its 2^128 − 2nd power.
    fn inverse(self) -> Self {
        let (mut power, mut inverse) = (self, Self::ONE);
        for _ in 1..128 {
            power = power.times(power);
            inverse = inverse.times(power);
        }
        inverse
    }
}

/// What HKDF yields for one parent key, as the format says.
struct Derived {
    key: [u8; 32],
    nonce: [u8; 12],
    commitment: [u8; 32],
}

impl Derived {
    fn of(parent: &Key, salt: &[u8], context: &[u8]) -> Self {
        let mut okm = [0; 76];
        Hkdf::<Sha256>::new(Some(salt), parent.expose())
            .expand(&[b"talkify/v1", context].concat(), &mut okm)
            .unwrap();
        Self {
            key: okm[..32].try_into().unwrap(),
            nonce: okm[32..44].try_into().unwrap(),
            commitment: okm[44..].try_into().unwrap(),
        }
    }

    fn block(&self, block: [u8; 16]) -> Element {
        let mut block = block.into();
        Aes256::new((&self.key).into()).encrypt_block(&mut block);
        Element::of(&block)
    }

    /// The key of the hash.
    fn h(&self) -> Element {
        self.block([0; 16])
    }

    /// What hides the hash in the tag.
    fn mask(&self) -> Element {
        let mut counter = [0; 16];
        counter[..12].copy_from_slice(&self.nonce);
        counter[15] = 1;
        self.block(counter)
    }

    /// GHASH of associated data and ciphertext.
    fn hash(&self, context: &[u8], ciphertext: &[u8]) -> Element {
        let bits = |bytes: &[u8]| u64::try_from(bytes.len() * 8).unwrap();
        let lengths = Element((u128::from(bits(context)) << 64) | u128::from(bits(ciphertext)));
        let blocks = context.chunks(16).chain(ciphertext.chunks(16)).map(Element::of);
        blocks.chain([lengths]).fold(Element(0), |hash, block| hash.plus(block).times(self.h()))
    }

    fn opens(&self, context: &[u8], ciphertext: &[u8], tag: [u8; 16]) -> bool {
        let mut opened = ciphertext.to_vec();
        Aes256Gcm::new((&self.key).into())
            .decrypt_inout_detached(
                &Nonce::from(self.nonce),
                context,
                InOutBuf::from(opened.as_mut_slice()),
                &Tag::from(tag),
            )
            .is_ok()
    }
}

/// A ciphertext of three blocks with the tag that is right under both keys.
fn collide(one: &Derived, other: &Derived, context: &[u8]) -> (Vec<u8>, [u8; 16]) {
    let mut ciphertext = bytes::<48>(&SystemRandom).unwrap().to_vec();
    ciphertext[32..].fill(0);
    let without = |key: &Derived| key.hash(context, &ciphertext).plus(key.mask());
    // The last block counts for H² times itself.
    let weight = |key: &Derived| key.h().times(key.h());
    let difference = without(one).plus(without(other));
    let block = difference.times(weight(one).plus(weight(other)).inverse());
    ciphertext[32..].copy_from_slice(&block.0.to_be_bytes());
    let tag = one.hash(context, &ciphertext).plus(one.mask());
    (ciphertext, tag.0.to_be_bytes())
}

#[test]
fn no_ciphertext_of_a_hundred_opens_under_two_keys() {
    let place =
        Context::ConversationTitle { conversation: ConversationId(Uuid::from_u128(1)), epoch: Epoch(1) };
    let context = place.encode();
    for _ in 0..100 {
        let parents = [Key::generate(&SystemRandom).unwrap(), Key::generate(&SystemRandom).unwrap()];
        let salt = bytes::<16>(&SystemRandom).unwrap();
        let [one, other] = [0, 1].map(|which| Derived::of(&parents[which], salt.as_slice(), &context));
        let (ciphertext, tag) = collide(&one, &other, &context);
        // It is what it is meant to be: GCM by itself takes it twice.
        assert!(one.opens(&context, &ciphertext, tag) && other.opens(&context, &ciphertext, tag));

        let neither = *bytes::<32>(&SystemRandom).unwrap();
        for (commitment, right) in [(one.commitment, Some(0)), (other.commitment, Some(1)), (neither, None)] {
            let sealed = [&[1], salt.as_slice(), &commitment, &ciphertext, &tag].concat();
            for (which, parent) in parents.iter().enumerate() {
                let opened = open(parent, &place, &sealed);
                // Under the key that it commits to, it is like any other.
                assert_eq!(opened.is_ok(), right == Some(which));
                assert!(opened.is_ok() || opened.unwrap_err() == OpenFailure::Commitment);
            }
        }
    }
}
