//! What runs, and who keeps it. A keeper holds a lock file for as long as it lives, whatever ends it, and writes down the processes
//! it started: so everybody can tell whether a stack runs, and the next keeper can clear up after one that was killed.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    process::exit,
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    deploy::Doors,
    place::{Place, read_json, write_json},
    process::{Identity, Kept, ask_to_stop, check_stop, stop_leftovers, wait_until},
    progress::say,
};

/// How long the tests' keepers stay when no test needs them.
const IDLE: Duration = Duration::from_mins(5);

/// A part of a stack with a keeper of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// Postgres.
    Postgres,
    /// The emulator and the front door.
    Gateway,
}

impl Unit {
    /// Every part.
    pub const ALL: [Self; 2] = [Self::Postgres, Self::Gateway];

    /// Its name, which its files have too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Gateway => "gateway",
        }
    }

    /// The part of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    fn record(self, place: &Place) -> PathBuf {
        place.file(&format!("{}.json", self.name()))
    }

    fn lock(self, place: &Place) -> Result<File, Failure> {
        open_lock(&place.file(&format!("{}.lock", self.name())))
    }
}

/// What a keeper writes down.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// The keeper itself.
    pub keeper: Identity,
    /// What it started.
    pub processes: Vec<Identity>,
    /// Where things are reached.
    pub doors: Doors,
    /// Whether everything answers.
    pub ready: bool,
    /// Why it does not and never will.
    pub failed: Option<String>,
}

impl Record {
    /// Reads what a part's last keeper wrote.
    pub fn read(place: &Place, unit: Unit) -> Option<Self> {
        read_json(&unit.record(place))
    }

    /// A process by its name.
    pub fn process(&self, name: &str) -> Option<&Identity> {
        self.processes.iter().find(|process| process.name == name)
    }
}

/// A keeper's claim on a part: nobody else keeps it as long as this lives.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
    path: PathBuf,
    record: Record,
}

impl Claim {
    /// Becomes the keeper of a part, and clears up after one that was killed.
    pub fn take(place: &Place, unit: Unit, doors: Doors) -> Result<Self, Failure> {
        let lock = unit.lock(place)?;
        let mut taken = lock.try_lock();
        // Somebody who looks whether the part is kept holds the lock for a moment too.
        wait_until(Duration::from_secs(1), || {
            if matches!(taken, Err(TryLockError::WouldBlock)) {
                taken = lock.try_lock();
            }
            taken.is_ok()
        });
        match taken {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::AlreadyRunning),
            Err(TryLockError::Error(error)) => {
                return Err(Failure::file("locking", unit.record(place))(error));
            }
        }
        if let Some(left) = Record::read(place, unit) {
            stop_leftovers(&left.processes);
        }
        let keeper = Identity::of("the keeper", std::process::id(), false)
            .ok_or_else(|| Failure::Other("this process cannot be identified".to_owned()))?;
        let record = Record { keeper, processes: Vec::new(), doors, ready: false, failed: None };
        let claim = Self { _lock: lock, path: unit.record(place), record };
        claim.write()?;
        Ok(claim)
    }

    /// Writes down a started process.
    pub fn started(&mut self, kept: &Kept) -> Result<(), Failure> {
        self.record.processes.push(kept.identity.clone());
        self.write()
    }

    /// Writes down that everything answers.
    pub fn ready(&mut self) -> Result<(), Failure> {
        self.record.ready = true;
        self.write()
    }

    /// Writes down why nothing will answer, for those who wait.
    pub fn failed(&mut self, failure: &Failure) {
        self.record.failed = Some(failure.to_string());
        // Whoever waits also sees that the keeper is gone.
        let _ = self.write();
    }

    fn write(&self) -> Result<(), Failure> {
        write_json(&self.path, &self.record)
    }
}

/// Whether somebody keeps a part.
pub fn is_kept(place: &Place, unit: Unit) -> Result<bool, Failure> {
    Ok(unit.lock(place)?.try_lock().is_err())
}

/// The record of a part that runs and answers.
pub fn running(place: &Place, unit: Unit) -> Result<Option<Record>, Failure> {
    // A new keeper has the lock before it has replaced the record of one that was killed.
    let record = Record::read(place, unit).filter(|record| record.ready && record.keeper.runs());
    Ok(if record.is_some() && is_kept(place, unit)? { record } else { None })
}

/// Stops a part, whether its keeper lives or was killed; false when there was nothing to stop.
pub fn stop(place: &Place, unit: Unit) -> Result<bool, Failure> {
    let Some(record) = Record::read(place, unit) else { return Ok(false) };
    let kept = is_kept(place, unit)?;
    if kept {
        record.keeper.signal(rustix::process::Signal::TERM);
        let gone = wait_until(Duration::from_mins(1), || !is_kept(place, unit).unwrap_or(true));
        if !gone {
            record.keeper.kill();
        }
    }
    // Written down anew: the keeper may have started more in the meantime.
    let left = Record::read(place, unit).map(|record| record.processes).unwrap_or_default();
    let any_left = left.iter().any(Identity::runs);
    stop_leftovers(&left);
    Ok(kept || any_left)
}

/// Opens a lock file.
pub fn open_lock(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false).open(path).map_err(Failure::file("opening", path))
}

/// The file that every test process holds a shared lock on as long as it may need a part of the tests' stack.
pub fn lease(place: &Place, unit: Unit) -> Result<File, Failure> {
    open_lock(&place.file(&format!("{}.lease", unit.name())))
}

/// Waits until somebody asks us to stop, or one of the kept processes ends by itself, which is a failure.
pub fn watch(kept: &mut [&mut Kept]) -> Result<(), Failure> {
    loop {
        if check_stop().is_err() {
            return Ok(());
        }
        if let Some((name, status)) = ended(kept) {
            return Err(Failure::Other(format!(
                "{name} ended by itself ({status}): its log is in the stack's folder under target"
            )));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Does the same until no test has needed the stack for a while. The lease is then ours until this process ends, so that a test
/// that comes now waits for the end and starts anew.
pub fn watch_lease(place: &Place, unit: Unit, kept: &mut [&mut Kept]) -> Result<Option<File>, Failure> {
    let lease = lease(place, unit)?;
    let mut unused_since: Option<Instant> = None;
    loop {
        if check_stop().is_err() {
            return Ok(None);
        }
        if let Some((name, status)) = ended(kept) {
            return Err(Failure::Other(format!("{name} ended by itself ({status})")));
        }
        if lease.try_lock().is_ok() {
            if unused_since.get_or_insert_with(Instant::now).elapsed() > IDLE {
                return Ok(Some(lease));
            }
            let _ = lease.unlock();
        } else {
            unused_since = None;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn ended(kept: &mut [&mut Kept]) -> Option<(String, std::process::ExitStatus)> {
    kept.iter_mut().find_map(|kept| Some((kept.identity.name.clone(), kept.ended()?)))
}

/// Turns Ctrl-C and the signals that ask a process to end into a stop request. A second Ctrl-C ends at once: what is left is
/// cleared up by `down` or the next start.
pub fn listen_for_stop(runtime: &tokio::runtime::Runtime) -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    let listen =
        |kind| signal(kind).map_err(|error| Failure::Other(format!("signals cannot be heard: {error}")));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    runtime.spawn(async move {
        let mut asked: Option<Instant> = None;
        loop {
            let again = tokio::select! {
                // One Ctrl-C may arrive twice, from the terminal and from the program that started us.
                _ = interrupt.recv() => asked.is_some_and(|asked| asked.elapsed() > Duration::from_secs(2)),
                _ = terminate.recv() => false,
                _ = hangup.recv() => false,
            };
            if again {
                say("stopped at once; `cargo run -- down` clears up what is left");
                exit(1);
            }
            asked.get_or_insert_with(Instant::now);
            ask_to_stop();
        }
    });
    Ok(())
}
