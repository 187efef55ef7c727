//! The RustSec gate: `supply SNAPSHOT CARGO_LOCK`.
//!
//! SNAPSHOT is a `.tar.gz` of the advisory database's `crates/` folder. A locked crate is vulnerable unless its version meets one of an
//! advisory's `patched` or `unaffected` requirements; informational advisories are notices, withdrawn ones are nothing. Exits with 1
//! when a locked crate is vulnerable, and when the gate cannot prove on its canary that it would have caught one.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use semver::{Version, VersionReq};
use serde::Deserialize;

const CANARY: &str = include_str!("../canary.lock");
const CAUGHT: &str = "RUSTSEC-2021-0079 hyper 0.14.9";
const PASSED: [&str; 2] = ["RUSTSEC-2021-0079 hyper 1.0.0", "RUSTSEC-2021-0079 hyper 0.14.8"];
const NOTICED: &str = "RUSTSEC-2021-0139 ansi_term 0.12.1";

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("usage: supply SNAPSHOT CARGO_LOCK")]
    Usage,
    #[error("{0}: {1}")]
    Unreadable(String, std::io::Error),
    #[error("{0} is not as it must be: {1}")]
    Malformed(String, String),
    #[error(
        "the canary fails, so this gate proves nothing: it must catch {CAUGHT}, notice {NOTICED} and pass {PASSED:?}, but found {0:?}"
    )]
    Canary(Findings),
    #[error("{0} vulnerable: update it (`cargo update -p NAME`) or do without it")]
    Vulnerable(String),
}

#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: Version,
    /// Absent for the packages of the workspace itself.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    advisory: Advisory,
    #[serde(default)]
    versions: Versions,
}

#[derive(Debug, Deserialize)]
struct Advisory {
    id: String,
    package: String,
    withdrawn: Option<String>,
    informational: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<VersionReq>,
    #[serde(default)]
    unaffected: Vec<VersionReq>,
}

#[derive(Debug, Default)]
struct Findings {
    vulnerable: Vec<String>,
    notices: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("supply: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(snapshot), Some(lock), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err(Failure::Usage);
    };
    let entries = snapshot_entries(Path::new(&snapshot))?;
    prove(&entries)?;

    let text =
        std::fs::read_to_string(&lock).map_err(|failure| Failure::Unreadable(lock.clone(), failure))?;
    let packages = packages(&lock, &text)?;
    let findings = findings(&entries, &packages);
    for notice in &findings.notices {
        println!("notice: {notice}");
    }
    for vulnerable in &findings.vulnerable {
        println!("VULNERABLE: {vulnerable}");
    }
    if findings.vulnerable.is_empty() {
        Ok(format!("{} crates against {} advisories: none vulnerable", packages.len(), entries.len()))
    } else {
        Err(Failure::Vulnerable(findings.vulnerable.join(", ")))
    }
}

/// Shows that this snapshot and this code catch what they must; an empty snapshot does not.
fn prove(entries: &[Entry]) -> Result<(), Failure> {
    let found = findings(entries, &packages("canary.lock", CANARY)?);
    let has = |list: &[String], finding: &str| list.iter().any(|found| found == finding);
    let caught = has(&found.vulnerable, CAUGHT) && has(&found.notices, NOTICED);
    let passed = !PASSED.iter().any(|finding| has(&found.vulnerable, finding));
    if caught && passed { Ok(()) } else { Err(Failure::Canary(found)) }
}

fn findings(entries: &[Entry], packages: &[Package]) -> Findings {
    let mut findings = Findings::default();
    let live = entries.iter().filter(|entry| entry.advisory.withdrawn.is_none());
    for Entry { advisory, versions } in live {
        let named =
            packages.iter().filter(|package| package.source.is_some() && package.name == advisory.package);
        for package in named.filter(|package| !versions.spare(&package.version)) {
            let finding = format!("{} {} {}", advisory.id, package.name, package.version);
            if advisory.informational.is_some() {
                findings.notices.push(finding);
            } else {
                findings.vulnerable.push(finding);
            }
        }
    }
    findings
}

impl Versions {
    fn spare(&self, version: &Version) -> bool {
        self.patched.iter().chain(&self.unaffected).any(|requirement| requirement.matches(version))
    }
}

fn packages(name: &str, lock: &str) -> Result<Vec<Package>, Failure> {
    let lock: Lock =
        toml::from_str(lock).map_err(|failure| Failure::Malformed(name.to_owned(), failure.to_string()))?;
    Ok(lock.package)
}

fn snapshot_entries(snapshot: &Path) -> Result<Vec<Entry>, Failure> {
    let name = snapshot.display().to_string();
    let unreadable = |failure| Failure::Unreadable(name.clone(), failure);
    let file = File::open(snapshot).map_err(unreadable)?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut entries = Vec::new();
    for file in archive.entries().map_err(unreadable)? {
        let mut file = file.map_err(unreadable)?;
        let path = file.path().map_err(unreadable)?.into_owned();
        if !path.starts_with("crates") || path.extension() != Some(OsStr::new("md")) {
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unreadable)?;
        entries.push(entry(&text).map_err(|why| Failure::Malformed(path.display().to_string(), why))?);
    }
    Ok(entries)
}

/// An advisory begins with its data in a fenced TOML block; prose follows.
fn entry(markdown: &str) -> Result<Entry, String> {
    let (_, rest) = markdown.split_once("```toml").ok_or("no TOML block")?;
    let (data, _) = rest.split_once("```").ok_or("the TOML block does not end")?;
    toml::from_str(data).map_err(|failure| failure.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Entry, Failure, entry, findings, packages, prove};

    fn advisory(extra: &str) -> Entry {
        let text = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2000-0001\"\npackage = \"thing\"\ndate = \"2000-01-01\"\n{extra}\n```\n# Prose"
        );
        entry(&text).unwrap()
    }

    fn found(extra: &str, version: &str) -> (usize, usize) {
        let lock =
            format!("[[package]]\nname = \"thing\"\nversion = \"{version}\"\nsource = \"registry+x\"\n");
        let findings = findings(&[advisory(extra)], &packages("lock", &lock).unwrap());
        (findings.vulnerable.len(), findings.notices.len())
    }

    #[test]
    fn a_version_is_vulnerable_unless_a_requirement_spares_it() {
        let versions =
            "[versions]\npatched = [\">= 1.2.3, < 2.0.0\", \">= 2.1.0\"]\nunaffected = [\"< 1.0.0\"]";
        for (version, vulnerable) in [("0.9.0", 0), ("1.0.0", 1), ("1.2.3", 0), ("2.0.0", 1), ("2.1.0", 0)] {
            assert_eq!(found(versions, version), (vulnerable, 0), "{version}");
        }
        assert_eq!(found("", "9.9.9"), (1, 0), "no version is patched");
    }

    #[test]
    fn informational_is_a_notice_and_withdrawn_is_nothing() {
        assert_eq!(found("informational = \"unmaintained\"", "1.0.0"), (0, 1));
        assert_eq!(found("withdrawn = \"2001-01-01\"", "1.0.0"), (0, 0));
    }

    #[test]
    fn a_package_of_the_workspace_is_not_the_registrys() {
        let lock = "[[package]]\nname = \"thing\"\nversion = \"1.0.0\"\n";
        assert!(findings(&[advisory("")], &packages("lock", lock).unwrap()).vulnerable.is_empty());
    }

    #[test]
    fn an_empty_snapshot_fails_the_proof() {
        assert!(matches!(prove(&[]), Err(Failure::Canary(_))));
    }
}
