//! The walk along the chain that finds what was tampered with.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::entry::{Entry, Hash, Seq};

/// What is wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// There is no entry of this place.
    MissingEntry,
    /// The entry's hash is not that of what it holds and of the entry before it.
    WrongHash,
    /// The event that the entry chains is gone.
    MissingEvent,
    /// The event that the entry chains says something else than was chained.
    ChangedEvent,
    /// A signed checkpoint of this entry has another hash.
    OtherThanSigned,
    /// The log's head is not its last entry.
    WrongHead,
    /// There is a signed checkpoint of this entry, and the log ends before it.
    CutTail,
    /// The checkpoint of this entry cannot be read, or its signature is not good.
    BadCheckpoint,
    /// The checkpoint of this entry was deleted, which hides it and no more.
    DeletedCheckpoint,
    /// The entry should have come under a signed checkpoint long ago.
    LateCheckpoint,
    /// There is a checkpoint of another log that was signed when this one had begun; `seq` is of that one.
    SecondChain,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Where.
    pub seq: Seq,
    /// What.
    pub kind: Kind,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match self.kind {
            Kind::MissingEntry => write!(f, "entry {seq} is missing"),
            Kind::WrongHash => {
                write!(f, "entry {seq} has not the hash of what it holds and of the entry before it")
            }
            Kind::MissingEvent => write!(f, "entry {seq} is of an event that is gone"),
            Kind::ChangedEvent => write!(f, "entry {seq} is of an event that says something else now"),
            Kind::OtherThanSigned => write!(f, "entry {seq} has another hash than its signed checkpoint"),
            Kind::WrongHead => write!(f, "the log's last entry is {seq}, but its head says otherwise"),
            Kind::CutTail => write!(f, "the log ends before entry {seq}, which has a signed checkpoint"),
            Kind::BadCheckpoint => {
                write!(f, "the checkpoint of entry {seq} cannot be read or its signature is not good")
            }
            Kind::DeletedCheckpoint => write!(f, "the checkpoint of entry {seq} was deleted"),
            Kind::LateCheckpoint => write!(f, "entry {seq} has come under no signed checkpoint for long"),
            Kind::SecondChain => write!(f, "another log was signed up to its entry {seq} beside this one"),
        }
    }
}

/// What has become of the event that an entry chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It says what was chained.
    Same,
    /// It says something else.
    Changed,
    /// It is gone.
    Missing,
}

/// Walks along the entries in their order and remembers what it finds.
#[derive(Debug)]
pub struct Walk {
    seq: Seq,
    /// The hash of the entry before the next; not known after a gap.
    previous: Option<Hash>,
    /// The hashes of the checkpoints whose signatures are good.
    signed: BTreeMap<Seq, Vec<Hash>>,
    findings: Vec<Finding>,
}

impl Walk {
    /// From the beginning of the log, with the checkpoints that are known: their places and hashes.
    pub fn from_beginning(signed: impl IntoIterator<Item = (Seq, Hash)>) -> Self {
        Self::after(0, Some(Hash::BEGINNING), signed)
    }

    /// From the entry after `seq`, whose hash is `previous`; without it, `seq` is missing.
    pub fn after(seq: Seq, previous: Option<Hash>, signed: impl IntoIterator<Item = (Seq, Hash)>) -> Self {
        let mut known = BTreeMap::<Seq, Vec<Hash>>::new();
        for (seq, hash) in signed {
            known.entry(seq).or_default().push(hash);
        }
        let mut walk = Self { seq, previous, signed: known, findings: Vec::new() };
        if previous.is_none() {
            walk.found(seq, Kind::MissingEntry);
        }
        walk
    }

    /// The next entry that there is, which must have a higher place than the last, and what has become of its event.
    pub fn step(&mut self, entry: &Entry<'_>, event: Event) {
        let seq = entry.seq;
        if seq != self.seq + 1 {
            self.found(self.seq + 1, Kind::MissingEntry);
            self.previous = None;
        }
        // Without the hash before it nothing can be said of this one's.
        if self.previous.is_some_and(|previous| entry.hash_after(previous) != entry.hash) {
            self.found(seq, Kind::WrongHash);
        }
        match event {
            Event::Same => {}
            Event::Changed => self.found(seq, Kind::ChangedEvent),
            Event::Missing => self.found(seq, Kind::MissingEvent),
        }
        if self.signed.get(&seq).is_some_and(|signed| signed.iter().any(|hash| *hash != entry.hash)) {
            self.found(seq, Kind::OtherThanSigned);
        }
        (self.seq, self.previous) = (seq, Some(entry.hash));
    }

    /// Notes something that was found elsewhere.
    pub fn found(&mut self, seq: Seq, kind: Kind) {
        self.findings.push(Finding { seq, kind });
    }

    /// The last entry that was walked over.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// That the last entry was the log's last, and what the log's head says of it, where there is one.
    pub fn end(&mut self, head: Option<(Seq, Hash)>) {
        if head.is_some_and(|(seq, hash)| (seq, Some(hash)) != (self.seq, self.previous)) {
            self.found(self.seq, Kind::WrongHead);
        }
        let newest = self.signed.last_key_value().map(|(seq, _)| *seq);
        if let Some(newest) = newest.filter(|newest| *newest > self.seq) {
            self.found(newest, Kind::CutTail);
        }
    }

    /// What was found, in the order of the log.
    #[must_use]
    pub fn findings(mut self) -> Vec<Finding> {
        self.findings.sort_unstable();
        self.findings.dedup();
        self.findings
    }
}
