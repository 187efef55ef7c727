//! The public half of the key that signs checkpoints.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

/// How the `SubjectPublicKeyInfo` of every P-256 key begins (RFC 5480, 2): the algorithm, the curve, and a bit string that holds
/// the uncompressed point.
const PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// Bytes of an uncompressed point of P-256.
const POINT: usize = 65;

/// The bytes are no public key on P-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no public key on the curve P-256 in PEM or DER")]
pub struct BadKey;

/// A public key on P-256, as KMS's `ECC_NIST_P256` has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; POINT]);

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` in DER, as KMS's `GetPublicKey` answers.
    ///
    /// # Errors
    /// [`BadKey`] for any other key and anything else.
    pub fn from_der(der: &[u8]) -> Result<Self, BadKey> {
        let point = der.strip_prefix(&PREFIX).and_then(|point| point.try_into().ok());
        point.map(Self).ok_or(BadKey)
    }

    /// Reads the same in PEM (RFC 7468, 13).
    ///
    /// # Errors
    /// [`BadKey`] for any other key and anything else.
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        let body = pem.split_once("-----BEGIN PUBLIC KEY-----").and_then(|(_, rest)| {
            let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
            STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
        });
        Self::from_der(&body.ok_or(BadKey)?)
    }

    /// The key of this point, uncompressed: what tests have.
    ///
    /// # Errors
    /// [`BadKey`] when it is none.
    pub fn from_point(point: &[u8]) -> Result<Self, BadKey> {
        point.try_into().map(Self).map_err(|_| BadKey)
    }

    /// The key as `SubjectPublicKeyInfo` in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let body = STANDARD.encode([&PREFIX[..], &self.0[..]].concat());
        let (first, second) = body.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
    }

    /// Whether this key's owner signed the bytes (ECDSA over SHA-256, the signature in DER: KMS's `ECDSA_SHA_256`).
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0).verify(bytes, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{BadKey, PublicKey};

    /// Made by `openssl ecparam -genkey -name prime256v1 | openssl pkey -pubout`.
    const OPENSSL: &str = include_str!("../tests/openssl.pem");

    #[test]
    fn a_key_is_read_from_pem_and_written_as_openssl_writes_it() {
        assert_eq!(PublicKey::from_pem(OPENSSL).unwrap().to_pem(), OPENSSL);
        for wrong in ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
            assert_eq!(PublicKey::from_pem(wrong), Err(BadKey));
        }
    }

    #[test]
    fn what_openssl_signed_is_accepted_and_nothing_else() {
        let key = PublicKey::from_pem(OPENSSL).unwrap();
        let signature = include_bytes!("../tests/openssl.signature");
        assert!(key.verifies(b"talkify", signature));
        assert!(!key.verifies(b"Talkify", signature));
        assert!(!key.verifies(b"talkify", &signature[1..]));
    }
}
