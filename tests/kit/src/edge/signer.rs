//! A double of the key that signs checkpoints. The signatures are real.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use chain::PublicKey;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use shared::checkpoint::{CheckpointFailure, Signer};
use shared::crypto::BoxFuture;

/// A key pair in memory, which signs unless told not to.
pub struct FakeSigner {
    pair: EcdsaKeyPair,
    broken: AtomicBool,
    signatures: AtomicUsize,
}

impl Default for FakeSigner {
    fn default() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        Self { pair, broken: AtomicBool::default(), signatures: AtomicUsize::default() }
    }
}

impl FakeSigner {
    /// Whether it signs nothing from now on.
    pub fn breaks(&self, broken: bool) {
        self.broken.store(broken, SeqCst);
    }

    /// How often it has signed.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signatures.load(SeqCst)
    }

    /// The public half.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        PublicKey::from_point(self.pair.public_key().as_ref()).unwrap()
    }

    /// The signature of these bytes.
    #[must_use]
    pub fn signs(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
    }

    fn works(&self) -> Result<(), CheckpointFailure> {
        if self.broken.load(SeqCst) { Err(CheckpointFailure("no key service".to_owned())) } else { Ok(()) }
    }
}

impl Signer for FakeSigner {
    fn sign(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CheckpointFailure>> {
        Box::pin(async move {
            self.works()?;
            self.signatures.fetch_add(1, SeqCst);
            Ok(self.signs(&bytes))
        })
    }

    fn public_key(&self) -> BoxFuture<'_, Result<PublicKey, CheckpointFailure>> {
        Box::pin(async move { self.works().map(|()| self.key()) })
    }
}
