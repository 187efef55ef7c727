//! The check of an export of the audit log, which needs neither stack nor account.

use std::{fs, io::Write, path::Path};

use chain::{PublicKey, export};
use uuid::Uuid;

use crate::Failure;

/// Checks an export against a copy of the bucket of checkpoints and the public key of the key that signed them, and says what it
/// found, a sentence a line; `Ok(false)` when something is wrong.
pub fn verify_audit(
    export: &Path,
    checkpoints: &Path,
    public_key: &Path,
    chain: Option<Uuid>,
) -> Result<bool, Failure> {
    let read = |path: &Path| fs::read_to_string(path).map_err(Failure::file("reading", path));
    let key = PublicKey::from_pem(&read(public_key)?)
        .map_err(|bad| Failure::Other(format!("{}: {bad}", public_key.display())))?;
    let mut objects = Vec::new();
    read_folder(checkpoints, &mut objects)?;
    let report = export::verify(&read(export)?, &objects, &key, chain);
    let mut lines = report.problems.clone();
    lines.extend(report.notes.iter().map(|note| format!("note: {note}")));
    lines.push(match (report.problems.len(), report.covered) {
        (0, Some(covered)) => {
            format!("the log is as it was written: {} entries, signed up to entry {covered}", report.entries)
        }
        (problems, _) => format!("the log is NOT as it was written ({problems} found)"),
    });
    // Standard output: this is the answer of the command.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
    Ok(report.problems.is_empty())
}

/// Reads every file below a folder.
fn read_folder(folder: &Path, objects: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(Failure::file("reading", folder))? {
        let path = entry.map_err(Failure::file("reading", folder))?.path();
        if path.is_dir() {
            read_folder(&path, objects)?;
        } else {
            let content = fs::read(&path).map_err(Failure::file("reading", &path))?;
            objects.push((path.display().to_string(), content));
        }
    }
    Ok(())
}
