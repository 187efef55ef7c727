//! Child processes: programs that run to their end, and programs that are kept.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use serde::{Deserialize, Serialize};

use crate::{Failure, progress::say};

/// Set when somebody asked this process to stop, so that a long step ends early.
static STOPPING: AtomicBool = AtomicBool::new(false);

/// Asks the running step to end.
pub fn ask_to_stop() {
    STOPPING.store(true, Ordering::SeqCst);
}

/// Fails when somebody asked this process to stop.
pub fn check_stop() -> Result<(), Failure> {
    if STOPPING.load(Ordering::SeqCst) { Err(Failure::Stopped) } else { Ok(()) }
}

/// A process as it is found again later: its number alone may have gone to another process since.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Identity {
    /// What it is, for people.
    pub name: String,
    /// Its number.
    pub pid: i32,
    /// When it started, in the operating system's own words.
    pub started: String,
    /// Whether it leads a process group that ends with it.
    pub leads_group: bool,
}

impl Identity {
    /// The identity of a running process.
    pub fn of(name: &str, pid: u32, leads_group: bool) -> Option<Self> {
        let pid = i32::try_from(pid).ok()?;
        Some(Self { name: name.to_owned(), pid, started: start_of(pid)?, leads_group })
    }

    /// Whether this very process still runs.
    pub fn runs(&self) -> bool {
        start_of(self.pid).is_some_and(|started| started == self.started)
    }

    /// Sends a signal; a process that is gone is no fault.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.runs()) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Kills the process, and its group if it leads one.
    pub fn kill(&self) {
        let Some(pid) = Pid::from_raw(self.pid) else { return };
        if self.leads_group {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        self.signal(Signal::KILL);
    }

    /// Asks the process to end and waits; kills it when it takes too long.
    pub fn end(&self, signal: Signal, patience: Duration) {
        self.signal(signal);
        wait_until(patience, || !self.runs());
        self.kill();
        wait_until(Duration::from_secs(5), || !self.runs());
    }
}

/// When a process started; `None` when there is no such process or only its remains.
fn start_of(pid: i32) -> Option<String> {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return if Path::new("/proc/self/stat").exists() { None } else { start_by_ps(pid) };
    };
    // The name in parentheses may hold spaces: the fields are counted from its end. State is the 3rd, start time the 22nd.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if state == "Z" || state == "X" {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}

/// The same where there is no `/proc`.
fn start_by_ps(pid: i32) -> Option<String> {
    test_kill_process(Pid::from_raw(pid)?).ok()?;
    let output = Command::new("ps").args(["-o", "lstart=,state=", "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let (started, state) = text.rsplit_once(char::is_whitespace)?;
    (!state.starts_with('Z')).then(|| started.trim().to_owned())
}

/// A kept child process.
#[derive(Debug)]
pub struct Kept {
    /// How it is found again.
    pub identity: Identity,
    child: Child,
}

impl Kept {
    /// Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches only us and we stop things in order.
    pub fn start(name: &str, command: &mut Command) -> Result<Self, Failure> {
        let mut child = command
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::Other(format!("{name} could not be started: {error}")))?;
        let Some(identity) = Identity::of(name, child.id(), true) else {
            let _ = child.wait();
            return Err(Failure::Other(format!("{name} ended as soon as it started")));
        };
        Ok(Self { identity, child })
    }

    /// How the process ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the process to end, waits, and kills what is left of its group.
    pub fn stop(&mut self, signal: Signal, patience: Duration) {
        if self.ended().is_none() {
            self.identity.signal(signal);
            wait_until(patience, || self.child.try_wait().ok().flatten().is_some());
        }
        self.identity.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end. A stop request kills it and everything it started.
pub fn run(command: &mut Command) -> Result<ExitStatus, Failure> {
    check_stop()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| Failure::Other(format!("{program} could not be started: {error}")))?;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(Failure::Other(format!("waiting for {program} failed: {error}"))),
        }
        if let Err(stopped) = check_stop() {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = child.wait();
            return Err(stopped);
        }
    }
}

/// Runs a program to its end with its output in a file; a failure names the line that says why.
pub fn run_logged(what: &'static str, command: &mut Command, log: &Path) -> Result<(), Failure> {
    let (out, err) = log_file(log)?;
    let status = run(command.stdout(out).stderr(err))?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read_to_string(log).unwrap_or_default();
    Err(Failure::Step { what, reason: reason(&text), log: log.to_owned() })
}

/// The line of a failed program's output that most likely says why: the last that speaks of an error, or else the last at all.
fn reason(text: &str) -> String {
    let speaks = |line: &&str| {
        ["Error: ", "error: ", "ERROR: ", "FATAL: ", "Exception: "].iter().any(|word| line.contains(word))
    };
    text.lines()
        .rev()
        .map(str::trim)
        .find(speaks)
        .map_or_else(|| last_line(text), |line| line.chars().take(300).collect())
}

/// Opens a log file twice, for both outputs of a program.
pub fn log_file(path: &Path) -> Result<(File, File), Failure> {
    let out = File::create(path).map_err(Failure::file("writing", path))?;
    let err = out.try_clone().map_err(Failure::file("writing", path))?;
    Ok((out, err))
}

/// The last line of a program's output that says something.
pub fn last_line(text: &str) -> String {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing").to_owned()
}

/// The last part of a file, for people.
pub fn tail(path: &Path, bytes: u64) -> String {
    let read = || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(bytes)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&end).into_owned())
    };
    read().unwrap_or_default()
}

/// Waits until something is so; false when it is not so in time.
pub fn wait_until(patience: Duration, mut so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !so() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Whether nobody listens on a port of this machine.
pub fn port_is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::Other(format!("no port is free on 127.0.0.1: {error}")))
}

/// Stops what a killed stack left running.
pub fn stop_leftovers(processes: &[Identity]) {
    for leftover in processes.iter().filter(|process| process.runs()) {
        say(&format!(
            "  stopping {} (process {}), left over from a stack that was killed",
            leftover.name, leftover.pid
        ));
        // Postgres takes an interrupt for a fast shutdown, the emulator for a clean one.
        leftover.end(Signal::INT, Duration::from_secs(15));
    }
}

/// A command without what cargo tells the program it runs: build scripts watch some of these variables, and a child cargo that
/// sees them would compile everything again.
pub fn outside_cargo(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(set_by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

/// Whether cargo sets a variable for the programs it runs; what people set to direct cargo (`CARGO_HOME`, `CARGO_BUILD_JOBS`,
/// `CARGO_TARGET_DIR`, …) stays.
fn set_by_cargo(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
        "OUT_DIR",
        "RUST_RECURSION_COUNT",
        "LD_LIBRARY_PATH",
    ];
    const BEGINNINGS: [&str; 3] = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_CFG_"];
    NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_is_known_again() {
        let me = Identity::of("me", std::process::id(), false).unwrap();
        assert!(me.runs());
        assert!(!Identity { started: "another time".to_owned(), ..me }.runs());
    }

    #[test]
    fn an_ended_process_does_not_run() {
        let mut child = Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        assert_eq!(Identity::of("true", pid, false), None);
    }

    #[test]
    fn the_developers_settings_reach_cargo() {
        assert!(set_by_cargo("CARGO_PKG_NAME") && set_by_cargo("CARGO"));
        assert!(!set_by_cargo("CARGO_HOME") && !set_by_cargo("CARGO_BUILD_JOBS") && !set_by_cargo("PATH"));
    }

    #[test]
    fn the_reason_is_the_line_that_says_something() {
        assert_eq!(last_line("one\n  two  \n\n"), "two");
        assert_eq!(reason("Error: no such thing\nReport it at\nsome place\n"), "Error: no such thing");
    }
}
