//! The commands of `cargo run`.

use std::{fs, io::Write, path::Path, time::Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    Failure, Stack, Unit,
    deploy::{self, Doors, Settings},
    emulator, functions,
    keep::{self, Claim, Record},
    place::{Place, remove},
    postgres::{self, Postgres},
    process::port_is_free,
    progress::{say, seconds, step},
    proxy,
    tools::{self, Set},
};

/// Makes a registered user of a running stack an admin.
pub fn appoint_admin(username: &str, of_tests: bool) -> Result<(), Failure> {
    invoke("appoint_admin", &json!({"username": username}), of_tests)?;
    say(&format!("{username} is an admin from the next request on"));
    Ok(())
}

/// Destroys again, in a running stack's database, what its ledger says was destroyed, and says how much was there.
pub fn replay_ledger(since: Option<&str>, of_tests: bool) -> Result<(), Failure> {
    let event = since.map_or_else(|| json!({}), |since| json!({"since": since}));
    tell(&invoke("replay_shreds", &event, of_tests)?);
    Ok(())
}

/// Puts a running stack's keyring back from a copy: a file, or the newest in the locked bucket.
pub fn recover_keys(document: Option<&Path>, of_tests: bool) -> Result<(), Failure> {
    let event = match document {
        Some(path) => {
            json!({"document": fs::read_to_string(path).map_err(Failure::file("reading", path))?})
        }
        None => json!({}),
    };
    tell(&invoke("recover_keys", &event, of_tests)?);
    Ok(())
}

/// Invokes a function of a running stack, by the name of its binary.
fn invoke(binary: &str, event: &Value, of_tests: bool) -> Result<Value, Failure> {
    let place = if of_tests { Place::tests()? } else { Place::developer()? };
    let stack = Stack::running(&place)?;
    let function = stack.functions.get(binary);
    let function = function.ok_or_else(|| Failure::Other(format!("the stack has no function {binary}")))?;
    deploy::invoke(&deploy::emulator_of(&stack)?, function, event)
}

/// Standard output: this is the answer of the command.
fn tell(answer: &Value) {
    let _ = writeln!(std::io::stdout(), "{answer:#}");
}

/// Brings the developer's stack up and keeps it until somebody asks it to stop.
pub fn up(doors: Doors, settings: &Settings) -> Result<(), Failure> {
    let begun = Instant::now();
    let place = Place::developer()?;
    let runtime = runtime()?;
    keep::listen_for_stop(&runtime)?;
    let mut claims =
        (Claim::take(&place, Unit::Postgres, doors)?, Claim::take(&place, Unit::Gateway, doors)?);
    for (port, flag) in [(doors.postgres, "--postgres-port"), (doors.emulator, "--emulator-port")] {
        if !port_is_free(port) {
            return Err(Failure::PortTaken { port, flag: Some(flag) });
        }
    }
    // Taken at once, so that a taken port is known before the long steps.
    let front_door = proxy::bind(doors.front, Some("--port"))?;
    say("Talkify's local stack");
    for set in [Set::Postgres, Set::Emulator, Set::Build, Set::Media] {
        tools::install(&place, set)?;
    }
    let postgres = Postgres::prepare(&place)?;
    let mut database = step("start Postgres", || postgres.start(doors.postgres, Some("--postgres-port")))?;
    let result = claims.0.started(&database).and_then(|()| {
        let mut emulator =
            step("start the emulator", || emulator::start(&place, doors.emulator, Some("--emulator-port")))?;
        let result = (|| {
            claims.1.started(&emulator)?;
            postgres.make_database(doors.postgres)?;
            step("build the functions", || functions::build(&place))?;
            let stack = deploy::deploy(&place, doors, settings, &postgres, &emulator.identity)?;
            runtime.spawn(proxy::serve(front_door, doors.emulator, place.file("deployed.json")));
            claims.0.ready()?;
            claims.1.ready()?;
            welcome(&stack, begun);
            keep::watch(&mut [&mut database, &mut emulator])
        })();
        say("stopping …");
        emulator::stop(&mut emulator);
        result
    });
    postgres::stop(&mut database);
    remove(&place.file("stack.json"))?;
    match result {
        Err(Failure::Stopped) | Ok(()) => {
            say("stopped; the data is kept for the next start");
            Ok(())
        }
        failed => failed,
    }
}

fn welcome(stack: &Stack, begun: Instant) {
    let lines = [
        String::new(),
        format!("Talkify is up after {}.", seconds(begun.elapsed())),
        String::new(),
        format!("  HTTP       {}/v1", stack.api_url),
        format!("  WebSocket  {}", stack.ws_url),
        format!("  chat       {}/demo/", stack.api_url),
        format!("  API        {}", stack.swagger_url),
        "  details    target/local/stack.json".to_owned(),
        String::new(),
        "Stop it with Ctrl-C, or from another terminal with `cargo run -- down`.".to_owned(),
    ];
    // Standard output: this is the answer of the command, the rest is progress.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
}

/// Says what is up. It never fails for something that is not.
pub fn status() -> Result<(), Failure> {
    let mut answer = Vec::new();
    for (what, place) in [("the stack", Place::developer()?), ("the tests' stack", Place::tests()?)] {
        for unit in Unit::ALL {
            let part = match unit {
                Unit::Postgres => "Postgres",
                Unit::Gateway => "API and emulator",
            };
            let kept = keep::is_kept(&place, unit)?;
            let state = match (kept, Record::read(&place, unit)) {
                (true, Some(record)) => {
                    let doors = record.doors;
                    let ports = match unit {
                        Unit::Postgres => format!("on 127.0.0.1:{}", doors.postgres),
                        Unit::Gateway => format!(
                            "on http://127.0.0.1:{} and http://127.0.0.1:{}",
                            doors.front, doors.emulator
                        ),
                    };
                    format!("{} {ports}", if record.ready { "up" } else { "starting" })
                }
                (true, None) => "starting".to_owned(),
                (false, Some(record)) if record.processes.iter().any(crate::process::Identity::runs) => {
                    format!(
                        "killed, with processes left over: `cargo run -- down{}` stops them",
                        if place.for_tests { " --tests" } else { "" }
                    )
                }
                (false, _) => "down".to_owned(),
            };
            answer.push(format!("{what}: {part}: {state}"));
        }
    }
    let _ = writeln!(std::io::stdout(), "{}", answer.join("\n"));
    Ok(())
}

/// Stops the developer's stack, or the tests'.
pub fn down(of_tests: bool) -> Result<(), Failure> {
    let (what, place) =
        if of_tests { ("the tests' stack", Place::tests()?) } else { ("the stack", Place::developer()?) };
    let mut stopped = false;
    for unit in [Unit::Gateway, Unit::Postgres] {
        stopped |= keep::stop(&place, unit)?;
    }
    remove(&place.file("stack.json"))?;
    let answer = if stopped { "is stopped" } else { "was not running" };
    let _ = writeln!(std::io::stdout(), "{what} {answer}");
    Ok(())
}

/// Stops the developer's stack, or the tests', and deletes its data.
pub fn reset(of_tests: bool) -> Result<(), Failure> {
    down(of_tests)?;
    let place = if of_tests { Place::tests()? } else { Place::developer()? };
    Postgres::forget(&place)?;
    emulator::forget(&place)?;
    deploy::forget(&place)?;
    let _ = writeln!(std::io::stdout(), "its data is deleted");
    Ok(())
}

/// Keeps one part of the tests' stack until no test needs it. Tests start this themselves, in the background.
pub fn keep(unit: Unit, doors: Doors) -> Result<(), Failure> {
    // The terminal that the tests run in may close.
    let _ = rustix::process::setsid();
    let place = Place::tests()?;
    let runtime = runtime()?;
    keep::listen_for_stop(&runtime)?;
    let mut claim = Claim::take(&place, unit, doors)?;
    let result = match unit {
        Unit::Postgres => keep_postgres(&place, &mut claim, doors),
        Unit::Gateway => keep_gateway(&place, &mut claim, doors, &runtime),
    };
    if let Err(failure) = &result {
        claim.failed(failure);
    }
    result
}

fn keep_postgres(place: &Place, claim: &mut Claim, doors: Doors) -> Result<(), Failure> {
    let postgres = Postgres::prepare(place)?;
    // Tests make the databases they need: those of an earlier run are only in the way.
    postgres.forget_data()?;
    let mut database = postgres.start(doors.postgres, None)?;
    let result = claim.started(&database).and_then(|()| {
        postgres.make_database(doors.postgres)?;
        claim.ready()?;
        keep::watch_lease(place, Unit::Postgres, &mut [&mut database])
    });
    postgres::stop(&mut database);
    result.map(drop)
}

fn keep_gateway(place: &Place, claim: &mut Claim, doors: Doors, runtime: &Runtime) -> Result<(), Failure> {
    let front_door = proxy::bind(doors.front, None)?;
    let mut emulator = emulator::start(place, doors.emulator, None)?;
    let result = claim.started(&emulator).and_then(|()| {
        runtime.spawn(proxy::serve(front_door, doors.emulator, place.file("deployed.json")));
        claim.ready()?;
        keep::watch_lease(place, Unit::Gateway, &mut [&mut emulator])
    });
    emulator::stop(&mut emulator);
    result.map(drop)
}

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("threads cannot be started: {error}")))
}

pub use crate::{lint::lint, prepare::prepare};
