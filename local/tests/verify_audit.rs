//! The offline check of the audit log, over an export that Python and OpenSSL have made (docs/decisions/0017).

#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]

use std::{fs, path::Path, process::Command};

const AUDIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/audit");

/// Checks an export; its exit code and what it said.
fn verify(export: &str, more: &[&str]) -> (Option<i32>, String) {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let file =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{}-{number}.jsonl", std::process::id()));
    fs::write(&file, export).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_local"))
        .arg("verify-audit")
        .arg(&file)
        .args(["--checkpoints", &format!("{AUDIT}/checkpoints"), "--public-key", &format!("{AUDIT}/key.pem")])
        .args(more)
        .output()
        .unwrap();
    fs::remove_file(file).unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn export() -> String {
    fs::read_to_string(format!("{AUDIT}/export.jsonl")).unwrap()
}

#[test]
fn what_others_have_hashed_and_signed_is_whole() {
    let whole = "the log is as it was written: 5 entries, signed up to entry 5\n";
    assert_eq!(verify(&export(), &[]), (Some(0), whole.to_owned()));
    let chain = ["--chain", "6f1c1c5e-3d0b-4f37-9a55-4c9c0f6b7c11"];
    assert_eq!(verify(&export(), &chain), (Some(0), whole.to_owned()));
}

#[test]
fn each_finding_is_a_sentence() {
    let lines: Vec<String> = export().lines().map(|line| format!("{line}\n")).collect();
    for (export, expected) in [
        (
            export().replace(":\"authz_fail\"", ":\"authz_none\""),
            "entry 4 is of an event that says something else now",
        ),
        (
            export().replace("\\\"authz_fail\\\"", "\\\"authz_none\\\""),
            "entry 4 has not the hash of what it holds and of the entry before it",
        ),
        (lines[1..].concat(), "the log ends before entry 5, which has a signed checkpoint"),
        ([&lines[..2], &lines[3..]].concat().concat(), "entry 3 is missing"),
        ("nonsense".to_owned(), "line 1 is no item of GET /v1/admin/audit"),
    ] {
        let (code, said) = verify(&export, &[]);
        assert!(code == Some(1) && said.lines().any(|line| line == expected), "{expected}: {said}");
    }
    let other = ["--chain", "00000000-0000-0000-0000-000000000000"];
    assert_eq!(verify(&export(), &other).0, Some(1));
}

#[test]
fn what_cannot_be_read_is_told() {
    for key in ["/nonexistent", &format!("{AUDIT}/export.jsonl")] {
        let export = format!("{AUDIT}/export.jsonl");
        let arguments = ["verify-audit", &export, "--checkpoints", AUDIT, "--public-key", key];
        let output = Command::new(env!("CARGO_BIN_EXE_local")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "), "{output:?}");
    }
}
