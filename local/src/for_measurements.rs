//! What measurements call: a Postgres of their own with nothing switched off, and the functions as they go to AWS.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;

use crate::{
    Failure, costs,
    deploy::Doors,
    keep::{Claim, Unit},
    place::Place,
    postgres::{self, Postgres, Server},
    process::{Kept, free_port, outside_cargo},
    progress::step,
};

/// Where a measured Postgres keeps its data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Medium {
    /// `/dev/shm`, so that the disk is not what is measured.
    Memory,
    /// `target/bench`.
    Disk,
}

/// A new Postgres that lives as long as this; its data goes with it.
#[derive(Debug)]
pub struct Cluster {
    postgres: Postgres,
    kept: Kept,
    port: u16,
    // Last: what it guards is gone by then.
    _claim: Claim,
}

impl Cluster {
    /// Starts one with an empty database for the functions. It logs as JSON lines, see [`Self::log`].
    pub fn start(medium: Medium) -> Result<Self, Failure> {
        let place = Place::measurements()?;
        let port = free_port()?;
        // Only Postgres has a door here.
        let doors = Doors { front: 0, emulator: 0, postgres: port };
        // Also ends what a measurement that was killed has left running.
        let mut claim = Claim::take(&place, Unit::Postgres, doors)?;
        let data = match medium {
            Medium::Memory => Path::new("/dev/shm").join(format!("talkify-bench-{}", place.fingerprint())),
            Medium::Disk => place.file("postgres"),
        };
        let logging = ["logging_collector=on", "log_destination=jsonlog", "log_filename=server.log"];
        let postgres = Postgres::prepare_in(&place, data, logging.map(str::to_owned).to_vec())?;
        postgres.forget_data()?;
        let kept = postgres.start(port, None)?;
        let cluster = match claim.started(&kept) {
            Ok(()) => Self { postgres, kept, port, _claim: claim },
            Err(failure) => {
                drop(Self { postgres, kept, port, _claim: claim });
                return Err(failure);
            }
        };
        cluster.postgres.make_database(port)?;
        Ok(cluster)
    }

    /// How its superuser reaches it.
    #[must_use]
    pub fn server(&self) -> Server {
        self.postgres.server(self.port)
    }

    /// The URL that the functions get.
    #[must_use]
    pub fn functions_url(&self) -> String {
        self.postgres.functions_url(self.port)
    }

    /// The process whose children serve the connections.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.kept.identity.pid.unsigned_abs()
    }

    /// Where one of Postgres's programs is, such as `pgbench`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.postgres.program_path(name)
    }

    /// The file of JSON lines that the server logs to.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.postgres.data().join("log/server.json")
    }

    /// Lets every user of this machine in as the functions' role without a password, so that a start can be measured
    /// without the time that a password takes.
    pub fn trust(&self) -> Result<(), Failure> {
        let rules = self.postgres.data().join("pg_hba.conf");
        fs::write(&rules, "host all talkify 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
            .map_err(Failure::file("writing", &rules))?;
        self.postgres.sql(self.port, "postgres", "select pg_reload_conf()").map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        postgres::stop(&mut self.kept);
        // What cannot be removed now is removed by the next measurement.
        let _ = self.postgres.forget_data();
    }
}

/// The folder that measurements write to.
pub fn folder() -> Result<PathBuf, Failure> {
    Ok(Place::measurements()?.home)
}

pub use crate::costs::{Meters, MillionMessages};

/// What a million messages cost by the model of `docs/costs`, with what was counted of one request of each function, by its name, in
/// the place of what the model says.
pub fn price(counted: &BTreeMap<String, Meters>) -> Result<MillionMessages, Failure> {
    costs::price(&Place::measurements()?, counted)
}

/// Builds an example of a package with the release profile; where it is.
pub fn build_example(package: &str, name: &str) -> Result<PathBuf, Failure> {
    let built = build_targets(package, "--example", &[name])?;
    built.get(name).cloned().ok_or(Failure::Build)
}

/// Builds binaries of one package with the release profile, each package by itself, as SAM does; where they are, by name.
pub fn build(package: &str, binaries: &[&str]) -> Result<BTreeMap<String, PathBuf>, Failure> {
    build_targets(package, "--bin", binaries)
}

fn build_targets(package: &str, kind: &str, names: &[&str]) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let place = Place::measurements()?;
    let mut cargo = outside_cargo(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo.args(["build", "--release", "--package", package, "--message-format", "json-render-diagnostics"]);
    for name in names {
        cargo.args([kind, name]);
    }
    cargo.current_dir(&place.root).env("SQLX_OFFLINE", "true").stderr(Stdio::inherit());
    let output = step(&format!("build {} for release", names.join(", ")), || {
        cargo.output().map_err(|error| Failure::Other(format!("cargo could not be started: {error}")))
    })?;
    if !output.status.success() {
        return Err(Failure::Build);
    }
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let executables = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(executables
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, PathBuf::from(message["executable"].as_str()?)))
        })
        .collect())
}
