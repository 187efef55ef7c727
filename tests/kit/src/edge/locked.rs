//! A double of a locked bucket.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use shared::crypto::BoxFuture;
use shared::locked::{LockedBucket, LockedBucketFailure, Version};
use tokio::task::yield_now;

/// A bucket in memory: it only grows, by versions and by marks of deletions.
#[derive(Default)]
pub struct FakeLockedBucket {
    /// In the order of their coming.
    versions: Mutex<Vec<(Version, Vec<u8>)>>,
    broken: AtomicBool,
    /// Done before the next list is given.
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl FakeLockedBucket {
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

    /// The names of what is stored, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.objects().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    /// Forgets what came after the first so many, as no bucket can: for a test that begins again.
    pub fn forgets_all_but(&self, first: usize) {
        self.versions.lock().unwrap().truncate(first);
    }

    fn works(&self) -> Result<(), LockedBucketFailure> {
        if self.broken.load(SeqCst) { Err(LockedBucketFailure("no bucket".to_owned())) } else { Ok(()) }
    }
}

impl LockedBucket for FakeLockedBucket {
    fn put(&self, name: String, content: String) -> BoxFuture<'_, Result<(), LockedBucketFailure>> {
        Box::pin(async move {
            self.works()?;
            self.add(&name, Some(content.as_bytes()));
            // As over a network: it is there before its sender knows.
            yield_now().await;
            Ok(())
        })
    }

    fn versions<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
        limit: i32,
    ) -> BoxFuture<'a, Result<Vec<Version>, LockedBucketFailure>> {
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

    fn folders(&self, limit: i32) -> BoxFuture<'_, Result<Vec<String>, LockedBucketFailure>> {
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

    fn get<'a>(&'a self, version: &'a Version) -> BoxFuture<'a, Result<Vec<u8>, LockedBucketFailure>> {
        Box::pin(async move {
            self.works()?;
            let versions = self.versions.lock().unwrap();
            let found = versions.iter().find(|(known, _)| known == version);
            Ok(found.map(|(_, content)| content.clone()).unwrap())
        })
    }
}
