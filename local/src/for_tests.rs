//! What tests call. The first test that needs a Postgres or the whole stack brings it up; all others, in whatever process, find it.
//! It goes by itself five minutes after the last test process has ended, or at once with `cargo run -- down --tests`.

use std::{
    env,
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use serde_json::Value;

pub use crate::localstack::{LocalStack, localstack};
pub use crate::postgres::Server;
use crate::{
    Failure, Stack, Unit,
    deploy::{self, Doors, Settings},
    emulator, functions,
    keep::{self, Record},
    place::{Place, read_json, write_json},
    postgres::Postgres,
    process::{free_port, log_file, outside_cargo, port_is_free, tail},
    progress::step,
    tools::{self, Set},
};

/// Held as long as this process lives: the keepers see by it that somebody needs them.
static LEASE: OnceLock<Vec<File>> = OnceLock::new();
/// One thread of this process at a time; other processes wait at a lock file.
static TURN: Mutex<Known> = Mutex::new(Known { server: None, stack: None });

/// What this process has found already.
struct Known {
    server: Option<Server>,
    stack: Option<Stack>,
}

/// The tests' Postgres, with the superuser's name and password so that each test makes a database of its own.
pub fn postgres() -> Result<Server, Failure> {
    let mut known = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = &known.server {
        return Ok(server.clone());
    }
    let (place, _turn) = take_turn()?;
    let (postgres, record) = running_postgres(&place)?;
    let server = postgres.server(record.doors.postgres);
    known.server = Some(server.clone());
    Ok(server)
}

/// The tests' stack with the functions as they are in the checkout now: what changed is built and deployed first.
pub fn stack() -> Result<Stack, Failure> {
    let mut known = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(stack) = &known.stack {
        return Ok(stack.clone());
    }
    let (place, _turn) = take_turn()?;
    let (postgres, database) = running_postgres(&place)?;
    tools::install(&place, Set::Emulator)?;
    let gateway = running(&place, Unit::Gateway)?;
    let doors = Doors { postgres: database.doors.postgres, ..gateway.doors };
    let settings = Settings::for_tests();
    // The same sources and settings in the same processes: everything is as it was.
    let built =
        format!("{} {:?} {:?} {settings:?}", functions::sources(&place), database.keeper, gateway.keeper);
    let current = deploy::built(&place).is_some_and(|known| known == built);
    let found = if current { read_json(&place.file("stack.json")) } else { None };
    let stack = if let Some(stack) = found {
        stack
    } else {
        step("build the functions for the tests", || functions::build(&place))?;
        let emulator = gateway.process("the emulator").ok_or_else(|| {
            Failure::Other("the tests' gateway has no emulator: `cargo run -- down --tests`".to_owned())
        })?;
        let stack = deploy::deploy(&place, doors, &settings, &postgres, emulator)?;
        deploy::note_built(&place, &built)?;
        stack
    };
    known.stack = Some(stack.clone());
    Ok(stack)
}

/// Makes an example world in the tests' stack, and writes an event for each function that speaks of it: the folder they are in.
pub fn example_events() -> Result<PathBuf, Failure> {
    crate::events::write_for(&Place::tests()?, &stack()?)
}

/// One of the tools that build, check and deploy: `cargo-lambda`, `sam`, `cfn-lint` or `python`.
pub fn build_tool(name: &str) -> Result<Command, Failure> {
    Ok(tools::program(&tools::install(&Place::tests()?, Set::Build)?, name))
}

/// A file of the tests' stack.
pub fn file(name: &str) -> Result<PathBuf, Failure> {
    Ok(Place::tests()?.file(name))
}

/// The program that `cargo run` is.
pub fn command_line() -> Result<PathBuf, Failure> {
    program(&Place::tests()?)
}

/// The program of a function, as the tests' stack has deployed it.
pub fn program_of(function: &str) -> Result<PathBuf, Failure> {
    Ok(Place::tests()?.target.join("lambda").join(function).join("bootstrap"))
}

/// A port that nobody listens on.
pub fn unused_port() -> Result<u16, Failure> {
    free_port()
}

/// The ffmpeg that previews are made with, which is installed first if it has to be.
pub fn ffmpeg() -> Result<PathBuf, Failure> {
    crate::ffmpeg::ffmpeg(&Place::tests()?)
}

/// Node.js, ready to be given a script that drives the browser of the tests: see [`crate::browser`].
pub fn browser() -> Result<Command, Failure> {
    crate::browser::browser(&Place::tests()?)
}

/// Node.js, ready to be given a script.
pub fn node() -> Result<Command, Failure> {
    crate::node::node(&Place::tests()?)
}

/// The folder `node_modules` with the packages that `package-lock.json` in this folder of the checkout pins.
pub fn node_packages(folder: &str) -> Result<PathBuf, Failure> {
    crate::node::packages(&Place::tests()?, folder)
}

/// A Python that has botocore, which signs as Amazon's own tools do: it comes with SAM.
pub fn botocore() -> Result<Command, Failure> {
    Ok(tools::program(&tools::install(&Place::tests()?, Set::Build)?, "python"))
}

/// A Python that has a WebSocket client of its own.
pub fn websockets() -> Result<Command, Failure> {
    Ok(tools::program(&tools::install(&Place::tests()?, Set::Sockets)?, "python"))
}

/// A Python that has Pillow, mutagen and `MediaInfo`, which read pictures and recordings as others do.
pub fn readers() -> Result<Command, Failure> {
    Ok(tools::program(&tools::install(&Place::tests()?, Set::Readers)?, "python"))
}

/// Everything that the tests' stack has written down outside Postgres, by the names of its files: the emulator's log, what is in queues and
/// log groups, objects and their names.
pub fn traces() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let place = Place::tests()?;
    let record = keep::running(&place, Unit::Gateway)?;
    let emulator = record.as_ref().and_then(|record| record.process("the emulator"));
    let not_up = || Failure::Other("the tests' stack is not up".to_owned());
    emulator::save(&place, emulator.ok_or_else(not_up)?)?;
    let (memory, mut traces) = (emulator::memory(&place), Vec::new());
    // Beside the states lie the functions' programs, which say nothing.
    for entry in std::fs::read_dir(memory.join("state")).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|kind| kind == "json") {
            read_all(&entry.path(), &mut traces);
        }
    }
    read_all(&memory.join("s3"), &mut traces);
    read_all(&place.file("emulator.log"), &mut traces);
    Ok(traces)
}

/// Reads a file, or every file below a folder, but for what was deployed; what goes meanwhile is left out. The names are part of what is
/// read.
fn read_all(path: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let name = path.display().to_string();
    if path.is_dir() && !path.ends_with(deploy::ARTIFACTS) {
        found.push((name.clone(), name.into_bytes()));
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            read_all(&entry.path(), found);
        }
    } else if let Ok(content) = std::fs::read(path) {
        found.push((name.clone(), [name.into_bytes(), content].concat()));
    }
}

/// Waits until no other process looks for or starts the tests' stack, and lets the keepers know that this process needs them.
fn take_turn() -> Result<(Place, File), Failure> {
    let place = Place::tests()?;
    let path = place.file("turn");
    let turn = keep::open_lock(&path)?;
    turn.lock().map_err(Failure::file("locking", &path))?;
    if LEASE.get().is_none() {
        let mut leases = Vec::new();
        for unit in Unit::ALL {
            let lease = keep::lease(&place, unit)?;
            lease.lock_shared().map_err(Failure::file("locking", &place.home))?;
            leases.push(lease);
        }
        let _ = LEASE.set(leases);
    }
    Ok((place, turn))
}

fn running_postgres(place: &Place) -> Result<(Postgres, Record), Failure> {
    // Here and not in the background, so that the wait is seen.
    let postgres = Postgres::prepare(place)?;
    let record = running(place, Unit::Postgres)?;
    Ok((postgres, record))
}

/// Finds a part of the tests' stack, or starts it in the background and waits until it answers.
fn running(place: &Place, unit: Unit) -> Result<Record, Failure> {
    if let Some(record) = keep::running(place, unit)? {
        return Ok(record);
    }
    let name = unit.name();
    step(&format!("start the tests' {name}"), || {
        let program = program(place)?;
        let doors = free_doors(place)?;
        let log = place.file(&format!("{name}.keeper.log"));
        let (out, err) = log_file(&log)?;
        let mut keeper = Command::new(&program);
        keeper
            .args([
                "keep",
                name,
                "--port",
                &doors.front.to_string(),
                "--emulator-port",
                &doors.emulator.to_string(),
            ])
            .args(["--postgres-port", &doors.postgres.to_string()])
            .current_dir(&place.root)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let mut child = keeper.spawn().map_err(|error| {
            Failure::Other(format!("{} could not be started: {error}", program.display()))
        })?;
        loop {
            if let Some(record) = keep::running(place, unit)? {
                return Ok(record);
            }
            if child.try_wait().ok().flatten().is_some() {
                let failed = Record::read(place, unit).and_then(|record| record.failed);
                let reason = failed.unwrap_or_else(|| crate::process::last_line(&tail(&log, 2_000)));
                return Err(Failure::Other(format!("the tests' {name} did not start: {reason}")));
            }
            thread::sleep(Duration::from_millis(50));
        }
    })
}

/// The ports of the tests' stack: chosen once and kept, as long as nobody else takes them.
fn free_doors(place: &Place) -> Result<Doors, Failure> {
    let path = place.file("doors.json");
    let mut doors: Doors = match read_json(&path) {
        Some(doors) => doors,
        None => Doors { front: free_port()?, emulator: free_port()?, postgres: free_port()? },
    };
    // Ours hold theirs now, if they run.
    let (mut ours_run, mut postgres_runs) = (false, false);
    for unit in Unit::ALL {
        let kept = keep::is_kept(place, unit)?;
        match unit {
            Unit::Postgres => postgres_runs = kept,
            Unit::Gateway => ours_run = kept,
        }
    }
    for (port, held) in
        [(&mut doors.front, ours_run), (&mut doors.emulator, ours_run), (&mut doors.postgres, postgres_runs)]
    {
        if !held && !port_is_free(*port) {
            *port = free_port()?;
        }
    }
    write_json(&path, &doors)?;
    Ok(doors)
}

/// The program `local`, which keeps things in the background: the one beside the running test if it is as new as its sources,
/// otherwise one that cargo builds now (of the whole workspace, whose joined features its dependencies have been compiled with).
fn program(place: &Place) -> Result<PathBuf, Failure> {
    let beside = env::current_exe().ok().and_then(|test| {
        let folder = test.parent()?;
        let folder = if folder.ends_with("deps") { folder.parent()? } else { folder };
        Some(folder.join("local"))
    });
    if let Some(program) = beside.filter(|program| is_newer(program, &place.root.join("local/src"))) {
        return Ok(program);
    }
    let output = outside_cargo(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
        .args(["build", "--workspace", "--bin", "local", "--message-format", "json-render-diagnostics"])
        .current_dir(&place.root)
        .env("SQLX_OFFLINE", "true")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::Other(format!("cargo could not be started: {error}")))?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "local")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.ok_or_else(|| {
        Failure::Other("`cargo build --bin local` failed: mend what it reports above".to_owned())
    })
}

/// Whether a file is newer than every file of a folder.
fn is_newer(file: &Path, folder: &Path) -> bool {
    let date =
        |path: &Path| path.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let built = date(file);
    let mut sources = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|source| source.path());
    let older = |path: PathBuf| if path.is_dir() { is_newer(file, &path) } else { date(&path) <= built };
    file.is_file() && sources.all(older)
}
