//! Instructions, counted by valgrind: to the last one, whatever else the machine does.
//! (<https://valgrind.org/docs/manual/cl-manual.html>)

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::bench::Bench;
use crate::endpoints::{Endpoint, Events, Place};
use crate::environment::{Environment, Launch};
use crate::failure::{Failure, other};
use crate::load::Lane;

/// Whether there is a valgrind.
#[must_use]
pub fn is_valgrind_there() -> bool {
    let mut valgrind = Command::new("valgrind");
    let version = valgrind.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Millions of instructions that a function executes for one more request of many, without the kernel's; absent without
/// valgrind.
pub async fn of_a_request(bench: &Bench, endpoint: &Endpoint, place: Place) -> Result<Option<f64>, Failure> {
    // The first requests learn keys and prepare statements.
    const FEW: u32 = 20;
    const MORE: u32 = 120;
    if !is_valgrind_there() {
        return Ok(None);
    }
    let mut counts = [0.0; 2];
    for (count, requests) in counts.iter_mut().zip([FEW, MORE]) {
        let run = Run::start(&bench.folder, &bench.launch(endpoint)?, &format!("{requests}")).await?;
        let lane =
            Lane { environment: Arc::new(run.environment), events: Arc::new(Events::of(endpoint, place)) };
        for _ in 0..requests {
            lane.ask().await?;
        }
        let environment =
            Arc::into_inner(lane.environment).ok_or_else(|| other("an environment is still in use"))?;
        *count = Run { environment, ..run }.end()?;
    }
    Ok(Some((counts[1] - counts[0]) / f64::from(MORE - FEW)))
}

/// A function that runs under callgrind, whose profile stays in the folder.
pub struct Run {
    /// The function.
    pub environment: Environment,
    log: PathBuf,
}

impl Run {
    /// Starts it; `to` tells its files from those of other runs.
    pub async fn start(folder: &Path, launch: &Launch, to: &str) -> Result<Self, Failure> {
        let name = format!("{}.{to}", launch.function);
        let log = folder.join(format!("{name}.valgrind.log"));
        let under = [
            "valgrind".to_owned(),
            "--tool=callgrind".to_owned(),
            format!("--callgrind-out-file={}", folder.join(format!("{name}.callgrind")).display()),
            format!("--log-file={}", log.display()),
        ];
        let launch = Launch { under: under.to_vec(), ..launch.clone() };
        Ok(Self { environment: Environment::start(&launch).await?, log })
    }

    /// Ends it; millions of instructions.
    pub fn end(self) -> Result<f64, Failure> {
        self.environment.end()?;
        let said = fs::read_to_string(&self.log)?;
        collected(&said).ok_or_else(|| other(format!("no count of instructions in {}", self.log.display())))
    }
}

/// `==123== Collected : 456`, in millions.
fn collected(log: &str) -> Option<f64> {
    let line = log.lines().find_map(|line| line.split_once("Collected : "))?.1;
    Some(line.trim().parse::<f64>().ok()? / 1e6)
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_count_is_found_in_valgrinds_words() {
        let log = "==7== Events    : Ir\n==7== Collected : 2543210\n==7== \n";
        assert_eq!(collected(log), Some(2.543_21));
        assert_eq!(collected("==7== Callgrind, a call-graph generating cache profiler"), None);
    }
}
