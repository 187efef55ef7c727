//! Doubles of the key that signs checkpoints and of the bucket that keeps them. The signatures are real.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use chain::PublicKey;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use shared::checkpoint::{CheckpointFailure, CheckpointStore, Signer, Version};
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

/// A bucket in memory: it only grows, by versions and by marks of deletions.
#[derive(Default)]
pub struct FakeCheckpoints {
    /// In the order of their coming.
    versions: Mutex<Vec<(Version, Vec<u8>)>>,
    broken: AtomicBool,
    /// Done before the next list is given.
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl FakeCheckpoints {
    /// Has this done while somebody asks for the next list.
    pub fn meanwhile(&self, work: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::pin(work));
    }

    /// Whether it takes and gives nothing from now on.
    pub fn breaks(&self, broken: bool) {
        self.broken.store(broken, SeqCst);
    }

    /// Puts one more version there, whatever it is; without content, the mark of a deletion.
    pub fn add(&self, name: &str, content: Option<&[u8]>) {
        let mut versions = self.versions.lock().unwrap();
        let id = versions.len().to_string();
        let version = Version { name: name.to_owned(), id, is_deletion: content.is_none() };
        versions.push((version, content.unwrap_or_default().to_vec()));
    }

    /// Every version that is no mark of a deletion: its name and its content.
    #[must_use]
    pub fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let versions = self.versions.lock().unwrap();
        let stored = versions.iter().filter(|(version, _)| !version.is_deletion);
        stored.map(|(version, content)| (version.name.clone(), content.clone())).collect()
    }

    /// Forgets what came after the first so many, as no bucket can: for a test that begins again.
    pub fn forgets_all_but(&self, first: usize) {
        self.versions.lock().unwrap().truncate(first);
    }

    fn works(&self) -> Result<(), CheckpointFailure> {
        if self.broken.load(SeqCst) { Err(CheckpointFailure("no bucket".to_owned())) } else { Ok(()) }
    }
}

impl CheckpointStore for FakeCheckpoints {
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), CheckpointFailure>> {
        Box::pin(async move {
            self.works()?;
            self.add(&name, Some(content.as_bytes()));
            Ok(())
        })
    }

    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, CheckpointFailure>> {
        Box::pin(async move {
            self.works()?;
            let meanwhile = self.meanwhile.lock().unwrap().take();
            if let Some(work) = meanwhile {
                work.await;
            }
            let versions = self.versions.lock().unwrap();
            // The newest of a name comes first.
            let all = versions.iter().rev().map(|(version, _)| version);
            let mut found: Vec<Version> = all
                .filter(|version| version.name.starts_with(prefix) && version.name.as_str() > after)
                .cloned()
                .collect();
            found.sort_by(|one, other| one.name.cmp(&other.name));
            found.truncate(usize::try_from(limit).unwrap());
            Ok(found)
        })
    }

    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, CheckpointFailure>> {
        Box::pin(async move {
            self.works()?;
            let versions = self.versions.lock().unwrap();
            let folders = versions.iter().filter_map(|(version, _)| version.name.split_once('/'));
            let mut folders: Vec<String> = folders.map(|(folder, _)| folder.to_owned()).collect();
            folders.sort_unstable();
            folders.dedup();
            folders.truncate(usize::try_from(limit).unwrap());
            Ok(folders)
        })
    }

    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, CheckpointFailure>> {
        Box::pin(async move {
            self.works()?;
            let versions = self.versions.lock().unwrap();
            let found = versions.iter().find(|(known, _)| known == version);
            Ok(found.map(|(_, content)| content.clone()).unwrap())
        })
    }
}
