//! Format v1 against a sealing made by another implementation (Python's hmac and hashlib, OpenSSL's AES-256-GCM) from the
//! words of `shared::crypto` alone: what is stored today must open for ever.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use shared::crypto::{Context, Key, open, seal};
use shared::id::{ConversationId, Epoch, MessageId, Revision, UserId};
use shared::random::{Random, RandomFailure};
use uuid::Uuid;

const PLAINTEXT: &str = r#"{"text":"Grüße 🌍"}"#;
const SEALED: &str = "01\
    a0a1a2a3a4a5a6a7a8a9aaabacadaeaf\
    e098b1fe5d42bb766047024af5eeb3b525ebc56cc1db0247612ce43bd562cab0\
    e002a13cb9edfe7b89fbd531b5220e776ef306a8336d\
    6379520c482b53c7aead9097016a7c246a";

/// Key 00 01 02 … 1f.
fn key() -> Key {
    Key::from_slice(&(0..32).collect::<Vec<u8>>()).unwrap()
}

fn context() -> Context<'static> {
    Context::Message {
        conversation: ConversationId(Uuid::from_u128(1)),
        epoch: Epoch(7),
        message: MessageId(Uuid::from_u128(2)),
        sender: UserId(Uuid::from_u128(3)),
        kind: "text",
        revision: Revision(1),
    }
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u32> = hexadecimal.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// Salt a0 a1 a2 … af.
struct Known;

impl Random for Known {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        for (place, byte) in (0xa0..).zip(bytes) {
            *byte = place;
        }
        Ok(())
    }
}

#[test]
fn what_another_implementation_sealed_opens() {
    assert_eq!(open(&key(), &context(), &bytes(SEALED)).unwrap().as_slice(), PLAINTEXT.as_bytes());
}

#[test]
fn what_we_seal_is_what_it_sealed() {
    assert_eq!(seal(&Known, &key(), &context(), PLAINTEXT.as_bytes()).unwrap(), bytes(SEALED));
}
