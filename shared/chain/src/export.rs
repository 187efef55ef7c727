//! The check of an export: the items of `GET /v1/admin/audit`, one a line, against the checkpoints of the locked bucket.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::entry::{Entry, Hash, Seq};
use crate::key::PublicKey;
use crate::walk::{Event, Walk};

/// What a check came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// A sentence for each thing that is wrong. Empty: the log is as it was written.
    pub problems: Vec<String>,
    /// What is not wrong but good to know.
    pub notes: Vec<String>,
    /// How many entries were checked.
    pub entries: usize,
    /// The last entry that a good checkpoint covers.
    pub covered: Option<Seq>,
}

/// The part of an item that is chained.
#[derive(Deserialize)]
struct Chained {
    seq: Seq,
    hash: String,
    entry: String,
}

/// Checks an export against the objects of the bucket (their contents, by their names there) and the public key that signed
/// them. `chain` says which log is meant where the bucket has checkpoints of several.
#[must_use]
pub fn verify(export: &str, objects: &[(String, Vec<u8>)], key: &PublicKey, chain: Option<Uuid>) -> Report {
    let mut report = Report::default();
    let signed = report.checkpoints(objects, key, chain);
    report.covered = signed.iter().map(|(seq, _)| *seq).max();
    let lines = report.chained_lines(export);
    let mut walk = Walk::from_beginning(signed);
    for line in lines.values() {
        let Some((chained, item)) = parse(line) else { continue };
        report.entries += 1;
        let Some((hash, at)) = Hash::parse(&chained.hash).zip(time_of(&chained.entry)) else {
            report.problems.push(format!("entry {} is not written as entries are", chained.seq));
            continue;
        };
        let entry = Entry { seq: chained.seq, at, bytes: chained.entry.as_bytes(), hash };
        let same = says(&chained.entry).is_some_and(|said| said == item);
        walk.step(&entry, if same { Event::Same } else { Event::Changed });
    }
    walk.end(None);
    let uncovered = walk.seq() - report.covered.unwrap_or_default().min(walk.seq());
    if uncovered > 0 {
        report.notes.push(format!("under no checkpoint of the folder yet: the last {uncovered} entries"));
    }
    report.problems.extend(walk.findings().iter().map(ToString::to_string));
    report
}

impl Report {
    /// The places and hashes of the good checkpoints of the log that is meant.
    fn checkpoints(
        &mut self,
        objects: &[(String, Vec<u8>)],
        key: &PublicKey,
        chain: Option<Uuid>,
    ) -> Vec<(Seq, Hash)> {
        let mut chains = BTreeMap::<Uuid, Vec<(Seq, Hash)>>::new();
        for (name, content) in objects {
            match SignedCheckpoint::parse(content) {
                Ok(signed) if signed.is_good(key) => {
                    let Checkpoint { chain, seq, hash, .. } = signed.checkpoint;
                    chains.entry(chain).or_default().push((seq, hash));
                }
                _ => self.problems.push(format!("{name} is no checkpoint with a good signature of this key")),
            }
        }
        if chain.is_none() && chains.len() > 1 {
            let ids: Vec<String> = chains.keys().map(Uuid::to_string).collect();
            self.problems.push(format!(
                "there are checkpoints of {} logs: say with --chain which of them this is ({})",
                ids.len(),
                ids.join(", ")
            ));
        }
        let meant = chain.or_else(|| chains.keys().next().copied());
        for (other, signed) in chains.iter().filter(|(id, _)| Some(**id) != meant) {
            let last = signed.iter().map(|(seq, _)| *seq).max().unwrap_or_default();
            self.notes.push(format!("there are checkpoints of another log, {other}, up to its entry {last}"));
        }
        let signed = meant.and_then(|meant| chains.remove(&meant)).unwrap_or_default();
        if signed.is_empty() {
            self.problems
                .push("there is no signed checkpoint: that nothing was cut off cannot be told".to_owned());
        }
        signed
    }

    /// The lines with a place in the chain, in its order.
    fn chained_lines<'a>(&mut self, export: &'a str) -> BTreeMap<Seq, &'a str> {
        let mut lines = BTreeMap::new();
        let mut unchained = 0_usize;
        for (number, line) in export.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let item: Option<Map<String, Value>> = serde_json::from_str(line).ok();
            if item.is_some_and(|item| item.get("chain").is_some_and(Value::is_null)) {
                unchained += 1;
            } else if let Some((chained, _)) = parse(line) {
                // A page may be saved twice.
                if lines.insert(chained.seq, line).is_some_and(|before| before != line) {
                    self.problems.push(format!("entry {} is there twice and differs", chained.seq));
                }
            } else {
                self.problems.push(format!("line {} is no item of GET /v1/admin/audit", number + 1));
            }
        }
        if unchained > 0 {
            self.notes.push(format!("not chained yet, so that nothing is known of them: {unchained} events"));
        }
        lines
    }
}

/// A line's chained part, and the event that the rest of it shows.
fn parse(line: &str) -> Option<(Chained, Value)> {
    let mut item: Map<String, Value> = serde_json::from_str(line).ok()?;
    let chained = serde_json::from_value(item.remove("chain")?).ok()?;
    Some((chained, Value::Object(item)))
}

fn entry_of(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// When the chained event happened.
fn time_of(entry: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(entry_of(entry)?.get("at")?.as_str()?, &Rfc3339).ok()
}

/// The item that shows the chained event: its time with milliseconds, its subject as one thing.
fn says(entry: &str) -> Option<Value> {
    let mut event = entry_of(entry)?;
    let milliseconds = event.get("at")?.as_str()?.get(..23)?.to_owned();
    event.insert("at".to_owned(), format!("{milliseconds}Z").into());
    let (kind, id) = (event.remove("subject_type")?, event.remove("subject_id")?);
    let subject = if kind.is_null() { Value::Null } else { json!({"type": kind, "id": id}) };
    event.insert("subject".to_owned(), subject);
    Some(Value::Object(event))
}
