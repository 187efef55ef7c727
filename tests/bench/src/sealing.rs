//! What encryption costs, measured by a program of its own that is compiled as functions are.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, other};

/// The program.
pub const PROGRAM: &str = "measure_sealing";

/// CPU time of one thread, without a database.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sealing {
    /// Sealing a message of 1 KiB.
    pub seal_1_kib_us: f64,
    /// The same with opening the epoch key first, as a send does.
    pub unwrap_and_seal_1_kib_us: f64,
    /// Opening an epoch key and 50 messages of 1 KiB under it.
    pub open_page_of_50_us: f64,
    /// Sealing a million epoch keys again, in seconds.
    pub million_reseals_cpu_s: f64,
}

/// Runs it.
pub fn measure(program: &Path, quick: bool) -> Result<Sealing, Failure> {
    let reseals = if quick { "50000" } else { "1000000" };
    let output = Command::new(program).arg(reseals).output()?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&answer).map_err(|failure| other(format!("{PROGRAM}: {failure}: {answer}")))
}
