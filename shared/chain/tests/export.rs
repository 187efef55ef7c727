//! An export that was tampered with, by somebody who could write all of it but has not the key.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chain::{Checkpoint, Entry, Hash, PublicKey, export};
use proptest::prelude::*;
use proptest::sample::Index;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Entries of the log; each fifth has a checkpoint, the last one too.
const ENTRIES: usize = 40;
const CHAIN: Uuid = Uuid::from_u128(1);

/// What is exported of an event.
#[derive(Clone)]
struct Line {
    seq: i64,
    entry: Map<String, Value>,
    /// What the item shows beside the entry; as the entry says, unless somebody changed it.
    shown: Map<String, Value>,
    hash: Hash,
}

fn seq(number: usize) -> i64 {
    number.try_into().unwrap()
}

struct Log {
    lines: Vec<Line>,
    objects: Vec<(String, Vec<u8>)>,
    key: PublicKey,
}

fn time_of(entry: &Map<String, Value>) -> OffsetDateTime {
    OffsetDateTime::parse(entry["at"].as_str().unwrap(), &Rfc3339).unwrap()
}

fn event(number: usize) -> Map<String, Value> {
    let at = datetime!(2026-11-24 06:48:05.123456 UTC) + Duration::seconds(number.try_into().unwrap());
    let subject = number.is_multiple_of(2).then(|| Uuid::from_u128(number as u128));
    let event = json!({
        "id": Uuid::from_u128(number as u128), "at": at.format(&Rfc3339).unwrap(), "event": "authn_login_fail",
        "actor_id": null, "session_id": null, "subject_type": subject.map(|_| "user"), "subject_id": subject,
        "address": "192.0.2.1", "request_id": format!("request-{number}"), "detail": {"number": number},
    });
    let Value::Object(event) = event else { unreachable!() };
    event
}

/// The item's part that shows the event.
fn shown(entry: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = entry.clone();
    shown["at"] = json!(format!("{}Z", &entry["at"].as_str().unwrap()[..23]));
    let (kind, id) = (shown.remove("subject_type").unwrap(), shown.remove("subject_id").unwrap());
    let subject = if id.is_null() { Value::Null } else { json!({"type": kind, "id": id}) };
    shown.insert("subject".to_owned(), subject);
    shown
}

/// Computes every hash from a place on, as the worker does.
fn rehash(lines: &mut [Line], from: usize) {
    for place in from..lines.len() {
        let previous = place.checked_sub(1).map_or(Hash::BEGINNING, |before| lines[before].hash);
        let line = &mut lines[place];
        let text = Value::Object(line.entry.clone()).to_string();
        let entry = Entry { seq: line.seq, at: time_of(&line.entry), bytes: text.as_bytes(), hash: previous };
        line.hash = entry.hash_after(previous);
    }
}

impl Log {
    fn new() -> Self {
        let mut lines: Vec<Line> = (1..=ENTRIES)
            .map(|number| {
                let entry = event(number);
                Line { seq: seq(number), shown: shown(&entry), entry, hash: Hash::BEGINNING }
            })
            .collect();
        rehash(&mut lines, 0);
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        let signed = lines.iter().filter(|line| line.seq % 5 == 0);
        let objects = signed.map(|line| {
            let checkpoint = Checkpoint::new(CHAIN, line.seq, line.hash, datetime!(2026-11-25 00:00 UTC));
            let signature = pair.sign(&random, checkpoint.statement().as_bytes()).unwrap().as_ref().to_vec();
            (checkpoint.object_name(), checkpoint.signed(signature).to_json().into_bytes())
        });
        let key = PublicKey::from_point(pair.public_key().as_ref()).unwrap();
        Self { objects: objects.collect(), key, lines }
    }

    /// The export as it would be saved: the newest first.
    fn export(&self) -> String {
        let lines = self.lines.iter().rev().map(|line| {
            let entry = Value::Object(line.entry.clone()).to_string();
            let mut item = line.shown.clone();
            let chain = json!({"seq": line.seq, "hash": line.hash.to_string(), "entry": entry});
            item.insert("chain".to_owned(), chain);
            format!("{}\n", Value::Object(item))
        });
        lines.collect()
    }

    fn problems(&self) -> Vec<String> {
        export::verify(&self.export(), &self.objects, &self.key, None).problems
    }
}

#[test]
fn what_nobody_touched_is_whole() {
    let log = Log::new();
    let report = export::verify(&log.export(), &log.objects, &log.key, Some(CHAIN));
    assert_eq!((report.problems, report.notes), (vec![], vec![]));
    assert_eq!((report.entries, report.covered), (ENTRIES, Some(seq(ENTRIES))));
    // Saved twice, in another order, with what is not chained yet.
    let unchained = "{\"id\":1,\"chain\":null}\n";
    let twice =
        log.export().lines().rev().fold(unchained.to_owned() + &log.export(), |all, line| all + line + "\n");
    let report = export::verify(&twice, &log.objects, &log.key, None);
    assert_eq!((report.problems, report.notes.len(), report.entries), (vec![], 1, ENTRIES));
}

#[test]
fn what_proves_nothing_is_no_proof() {
    let log = Log::new();
    let other = Log::new();
    let none = export::verify(&log.export(), &[], &log.key, None);
    assert_eq!(none.problems, ["there is no signed checkpoint: that nothing was cut off cannot be told"]);
    let unsigned = export::verify(&log.export(), &log.objects, &other.key, None);
    assert_eq!(unsigned.problems.len(), log.objects.len() + 1);
    let junk = [("junk.json".to_owned(), b"{}".to_vec())];
    let with_junk = export::verify(&log.export(), &[&log.objects[..], &junk].concat(), &log.key, None);
    assert_eq!(with_junk.problems, ["junk.json is no checkpoint with a good signature of this key"]);
    let nonsense = export::verify("what\n", &log.objects, &log.key, None);
    assert_eq!(
        nonsense.problems,
        [
            "line 1 is no item of GET /v1/admin/audit",
            "the log ends before entry 40, which has a signed checkpoint"
        ]
    );
    let empty = export::verify("", &log.objects, &log.key, Some(Uuid::from_u128(2)));
    assert_eq!(empty.notes.len(), 1, "{empty:?}");
    assert_eq!(empty.problems.len(), 1, "{empty:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_edit_is_found(place in any::<Index>(), what in 0..3, field in 0..4_usize) {
        let mut log = Log::new();
        let line = &mut log.lines[place.index(ENTRIES)];
        let field = ["event", "actor_id", "address", "detail"][field];
        let other = json!("something else");
        // In what is shown, in what was chained, or in both alike.
        if what != 0 {
            line.entry[field] = other.clone();
        }
        if what != 1 {
            line.shown[field] = other;
        }
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn another_time_is_found(place in any::<Index>(), what in 0..3, by in 1..1_000_000_i64, back in any::<bool>()) {
        let mut log = Log::new();
        let line = &mut log.lines[place.index(ENTRIES)];
        let by = Duration::milliseconds(if back { -by } else { by });
        let mut entry = line.entry.clone();
        entry["at"] = json!((time_of(&line.entry) + by).format(&Rfc3339).unwrap());
        if what != 0 {
            line.entry = entry.clone();
        }
        if what != 1 {
            line.shown = shown(&entry);
        }
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn a_deletion_is_found(place in any::<Index>(), renumbered in any::<bool>()) {
        let mut log = Log::new();
        let place = place.index(ENTRIES);
        log.lines.remove(place);
        if renumbered {
            log.lines[place..].iter_mut().for_each(|line| line.seq -= 1);
            rehash(&mut log.lines, place);
        }
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn a_swap_is_found(one in any::<Index>(), other in any::<Index>(), with_hash in any::<bool>()) {
        let mut log = Log::new();
        let (one, other) = (one.index(ENTRIES), other.index(ENTRIES));
        prop_assume!(one != other);
        log.lines.swap(one, other);
        for place in [one, other] {
            log.lines[place].seq = seq(place + 1);
        }
        if !with_hash {
            let hash = log.lines[one].hash;
            log.lines[one].hash = std::mem::replace(&mut log.lines[other].hash, hash);
        }
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn recomputed_hashes_are_found(place in any::<Index>()) {
        let mut log = Log::new();
        let place = place.index(ENTRIES);
        log.lines[place].entry["event"] = json!("authn_login_success");
        log.lines[place].shown["event"] = json!("authn_login_success");
        rehash(&mut log.lines, place);
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn a_cut_tail_is_found(place in any::<Index>()) {
        let mut log = Log::new();
        log.lines.truncate(place.index(ENTRIES));
        prop_assert!(!log.problems().is_empty());
    }

    #[test]
    fn arbitrary_text_breaks_nothing(export in ".{0,200}", object in ".{0,200}") {
        let log = Log::new();
        let _ = export::verify(&export, &[("one".to_owned(), object.into_bytes())], &log.key, None);
    }
}
