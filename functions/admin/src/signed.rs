//! What the locked bucket knows of a stretch of the audit log.
//!
//! A checkpoint's name tells its place and its hash, so that a list of names is enough to see which of them agree with the log;
//! only the newest, and those that do not agree, are read and their signatures checked. All of them are compared: the worker
//! would sign a forged log too, but cannot take back what it signed before.

use std::collections::BTreeMap;

use chain::{Checkpoint, Finding, Hash, Kind, PublicKey, SignedCheckpoint};
use serde::Serialize;
use shared::checkpoint::{CheckpointFailure, Signer};
use shared::locked::{LockedBucket, Version};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::timeout;
use uuid::Uuid;

/// Names of one list, as many as S3 answers at once.
const NAMES: i32 = 1_000;
/// Lists of one check: more than its entries can have checkpoints, unless somebody fills the bucket.
const LISTS: usize = 15;
/// Checkpoints that disagree with the log and are read; one is enough to know.
const READ: usize = 10;
/// Versions among which the newest good checkpoint must be.
const NEWEST: i32 = 10;
/// Other logs that are named.
const OTHERS: i32 = 5;
/// For all of it together.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

/// What is looked for.
pub struct Asked {
    /// Which log.
    pub chain: Uuid,
    /// The stretch comes after this entry.
    pub after: i64,
    /// The places and hashes of its entries.
    pub hashes: BTreeMap<i64, Hash>,
    /// When the log began, if the stretch is its beginning.
    pub began_at: Option<OffsetDateTime>,
}

/// The newest checkpoint with a good signature.
#[derive(Serialize)]
pub struct Newest {
    /// The entry it is of.
    pub seq: i64,
    at: String,
    /// That its signature is good.
    verified: bool,
}

/// A log of which there are checkpoints, but which is not this one.
#[derive(Serialize)]
pub struct OtherChain {
    id: Uuid,
    seq: i64,
    at: String,
}

/// What is known.
#[derive(Default)]
pub struct Signed {
    /// The places and hashes of checkpoints whose signatures are good: the newest, and those that the log contradicts.
    pub good: Vec<(i64, Hash)>,
    /// What is wrong with checkpoints.
    pub findings: Vec<Finding>,
    /// The newest good one.
    pub newest: Option<Newest>,
    /// Other logs.
    pub other_chains: Vec<OtherChain>,
}

impl Signed {
    /// The good checkpoint of an entry after this one, if there is one.
    pub fn beyond(&self, last: i64) -> Option<(i64, Hash)> {
        self.good.iter().copied().find(|(seq, _)| *seq > last)
    }
}

/// Reads what the bucket knows.
///
/// # Errors
/// When KMS or the bucket does not answer in time: nothing can be said then.
pub async fn read(
    key: &dyn Signer,
    checkpoints: &dyn LockedBucket,
    asked: &Asked,
) -> Result<Signed, CheckpointFailure> {
    let reading = async {
        let reader = Reader { key: key.public_key().await?, checkpoints };
        let mut signed = Signed::default();
        reader.newest(asked, &mut signed).await?;
        reader.contradictions(asked, &mut signed).await?;
        if let Some(began_at) = asked.began_at {
            reader.other_chains(asked, began_at, &mut signed).await?;
        }
        Ok(signed)
    };
    let late = |_| CheckpointFailure("the checkpoints could not be read in time".to_owned());
    timeout(PATIENCE, reading).await.map_err(late)?
}

struct Reader<'a> {
    key: PublicKey,
    checkpoints: &'a dyn LockedBucket,
}

impl Reader<'_> {
    /// The newest good checkpoint of the log.
    async fn newest(&self, asked: &Asked, signed: &mut Signed) -> Result<(), CheckpointFailure> {
        let names = Checkpoint::names_of(asked.chain);
        for version in self.checkpoints.versions(&names, "", NEWEST).await? {
            let seq = Checkpoint::named(asked.chain, &version.name).map_or(0, |(seq, _)| seq);
            if version.is_deletion {
                signed.findings.push(Finding { seq, kind: Kind::DeletedCheckpoint });
                continue;
            }
            if let Some(newest) = self.good(asked.chain, &version).await? {
                signed.good.push((newest.seq, newest.hash));
                signed.newest = Some(Newest { seq, at: newest.at().to_owned(), verified: true });
                break;
            }
            signed.findings.push(Finding { seq, kind: Kind::BadCheckpoint });
        }
        Ok(())
    }

    /// The good checkpoints of the stretch that the log contradicts.
    async fn contradictions(&self, asked: &Asked, signed: &mut Signed) -> Result<(), CheckpointFailure> {
        let Some(last) = asked.hashes.last_key_value().map(|(seq, _)| *seq) else { return Ok(()) };
        let names = Checkpoint::names_of(asked.chain);
        let mut after = Checkpoint::names_up_to(asked.chain, last);
        let mut read = 0;
        for _ in 0..LISTS {
            let versions = self.checkpoints.versions(&names, &after, NAMES).await?;
            for version in &versions {
                let Some((seq, hash)) = Checkpoint::named(asked.chain, &version.name) else {
                    signed.findings.push(Finding { seq: 0, kind: Kind::BadCheckpoint });
                    continue;
                };
                if seq <= asked.after {
                    return Ok(());
                }
                if version.is_deletion {
                    signed.findings.push(Finding { seq, kind: Kind::DeletedCheckpoint });
                } else if asked.hashes.get(&seq) != Some(&hash) && read < READ {
                    read += 1;
                    match self.good(asked.chain, version).await? {
                        Some(_) => signed.good.push((seq, hash)),
                        None => signed.findings.push(Finding { seq, kind: Kind::BadCheckpoint }),
                    }
                }
            }
            match versions.last() {
                // A page may end among the versions of one name: those that are left say the same or are bad.
                Some(end) if versions.len() == usize::try_from(NAMES).unwrap_or_default() => {
                    after.clone_from(&end.name);
                }
                _ => return Ok(()),
            }
        }
        Err(CheckpointFailure("there are more checkpoints than entries".to_owned()))
    }

    /// Logs beside this one, and whether one of them went on when this one had begun.
    async fn other_chains(
        &self,
        asked: &Asked,
        began_at: OffsetDateTime,
        signed: &mut Signed,
    ) -> Result<(), CheckpointFailure> {
        for folder in self.checkpoints.folders(OTHERS + 1).await? {
            let Some(chain) = Uuid::try_parse(&folder).ok().filter(|chain| *chain != asked.chain) else {
                continue;
            };
            let versions = self.checkpoints.versions(&Checkpoint::names_of(chain), "", NEWEST).await?;
            for version in versions.iter().filter(|version| !version.is_deletion) {
                let Some(checkpoint) = self.good(chain, version).await? else { continue };
                let (seq, at) = (checkpoint.seq, checkpoint.at().to_owned());
                if OffsetDateTime::parse(&at, &Rfc3339).is_ok_and(|at| at > began_at) {
                    signed.findings.push(Finding { seq, kind: Kind::SecondChain });
                }
                signed.other_chains.push(OtherChain { id: chain, seq, at });
                break;
            }
        }
        Ok(())
    }

    /// The checkpoint that this version holds, if it is what its name says and its signature is good.
    async fn good(&self, chain: Uuid, version: &Version) -> Result<Option<Checkpoint>, CheckpointFailure> {
        let content = self.checkpoints.get(version).await?;
        let read = SignedCheckpoint::parse(&content).ok().filter(|signed| signed.is_good(&self.key));
        let checkpoint = read.map(|signed| signed.checkpoint);
        Ok(checkpoint.filter(|good| good.chain == chain && good.object_name() == version.name))
    }
}
