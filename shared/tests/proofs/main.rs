//! What the encryption is held to beside its own tests: the published vectors of its parts, damage by the hundred thousand, and ciphertexts made
//! to open under two keys.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damage;
mod parsers;
mod two_keys;
mod vectors;
