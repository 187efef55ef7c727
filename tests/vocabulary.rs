//! Every event that the sources write is in the table of `docs/audit.md`, and the other way round.

use std::collections::BTreeSet;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// How the names of events begin, or what they are.
const NAMES: [&str; 14] = [
    "authn_",
    "authz_",
    "crypt_",
    "excess_",
    "privilege_",
    "queue_redriven",
    "sensitive_",
    "session_use_",
    "audit_verify_",
    "user_created",
    "user_updated",
    "user_deleted",
    "user_suspended",
    "user_reinstated",
];
/// Of the log and not of the audit log: a key service that is away is no security event.
const LOGGED_ONLY: [&str; 2] = ["crypt_key_stale", "crypt_key_unavailable"];

fn read(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "sql") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// The names of events that stand in quotation marks.
fn quoted(text: &str, mark: char) -> BTreeSet<&str> {
    let word = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let named = |part: &&str| NAMES.iter().any(|name| part.starts_with(name));
    text.split(mark).filter(word).filter(named).collect()
}

#[test]
fn the_table_of_events_is_whole() {
    let mut sources = String::new();
    for package in std::fs::read_dir(Path::new(ROOT).join("functions")).unwrap() {
        read(&package.unwrap().path().join("src"), &mut sources);
    }
    read(&Path::new(ROOT).join("shared/src"), &mut sources);
    let mut written = quoted(&sources, '\'');
    written.extend(quoted(&sources, '"'));
    let written: BTreeSet<&str> = written.into_iter().filter(|name| !LOGGED_ONLY.contains(name)).collect();

    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/audit.md")).unwrap();
    let (_, table) = page.split_once("## The events").unwrap();
    let (table, _) = table.split_once("Not recorded").unwrap();
    assert_eq!(quoted(table, '`'), written, "docs/audit.md (left) and the sources (right) differ");
}
