//! `cargo run --bin bench`: what a request costs, beside what Postgres alone would take for it.
//!
//! The release binaries run as in Lambda: each in a process of its own, fed with events of an HTTP API by a Runtime API
//! server, with a Postgres, a key service and a queue of the harness's own. Nothing of it is a test: timings depend on the machine.
//! Only counts are asserted: round trips to Postgres, calls of KMS and of SQS.

mod aws;
mod bench;
mod callgrind;
mod cold_start;
mod endpoints;
mod environment;
mod failure;
mod growth;
mod load;
mod media;
mod pgbench;
mod process;
mod report;
mod rounds;
mod sealing;
mod server;
mod statement;
mod statistics;
mod world;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use local::for_measurements::{self, Medium};
use local::say;

use crate::bench::{Bench, Pace};
use crate::endpoints::{ENDPOINTS, Place, RECEIPTS, SEND};
use crate::environment::Launch;
use crate::failure::Failure;
use crate::report::{EndpointResults, Results};
use crate::world::PAGE;

/// The function that does nothing, which starts are compared with.
const HELLO: &str = "hello_lambda";
/// Environments, or clients, of the busier closed loop and of the open loop.
const MANY: usize = 8;
/// Who sends at once into one conversation.
const SENDERS: usize = 16;

/// Measures the release binaries. The whole run takes about nine minutes once they are built; the results are in
/// target/bench/results.json and results.txt.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --bin bench --")]
struct CommandLine {
    /// About a minute, to see that everything works: too few rounds for timings that mean something.
    #[arg(long)]
    quick: bool,
    /// Measure these parts only.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// Each endpoint beside pgbench, with its counts.
    Requests,
    /// Sending over a Postgres on disk.
    Disk,
    /// Sixteen senders in one conversation.
    Hot,
    /// The same request while what it is about grows.
    Growth,
    /// What starts execute.
    ColdStart,
    /// What sealing, opening and sealing again take.
    Sealing,
    /// A photograph to its previews, beside libvips.
    Media,
}

/// The worker that makes previews, as an example that runs it once for one file.
const PREVIEW: (&str, &str) = ("media", "preview");

impl CommandLine {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn pace(&self) -> Pace {
        let (rounds, seconds) = if self.quick { (2, 1) } else { (7, 2) };
        Pace { rounds, length: Duration::from_secs(seconds) }
    }
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match start(&command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// In one thread, so that the harness takes no more of the machine than it must.
fn start(command_line: &CommandLine) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            outcome = run(command_line) => outcome,
            // Whatever runs is dropped, and with it the processes behind it.
            _ = tokio::signal::ctrl_c() => Err(local::Failure::Stopped.into()),
        }
    })
}

async fn run(command_line: &CommandLine) -> Result<(), Failure> {
    let folder = for_measurements::folder()?;
    let mut results = Results { quick: command_line.quick, ..Results::default() };
    if command_line.wants(Part::Media) {
        let worker = for_measurements::build_example(PREVIEW.0, PREVIEW.1)?;
        say("  a photograph of 12 megapixels to its previews");
        results.previews = Some(media::measure(&folder, &worker, if command_line.quick { 1 } else { 5 })?);
    }
    if command_line.only != [Part::Media] {
        run_functions(command_line, &folder, &mut results).await?;
    }
    results.save(&folder)?;
    // Standard output: this is the answer of the command, the rest is progress.
    std::io::stdout().write_all(results.table().as_bytes())?;
    say(&format!("everything is in {}", folder.join("results.json").display()));
    Ok(())
}

/// What needs a Postgres and the functions.
async fn run_functions(
    command_line: &CommandLine,
    folder: &Path,
    results: &mut Results,
) -> Result<(), Failure> {
    let binaries = build()?;
    let pace = command_line.pace();
    results.cpus = std::thread::available_parallelism().map_or(0, usize::from);
    {
        let mut bench = Bench::start(Medium::Memory, binaries.clone(), folder, pace).await?;
        results.postgres = bench.world.version().await?;
        in_memory(&mut bench, command_line, results).await?;
    }
    if command_line.wants(Part::Sealing) {
        say("  sealing and opening");
        let program = binaries.get(sealing::PROGRAM).cloned().unwrap_or_default();
        results.sealing = Some(sealing::measure(&program, command_line.quick)?);
    }
    if command_line.wants(Part::Disk) {
        say("  send_message, over Postgres on disk");
        let mut bench = Bench::start(Medium::Disk, binaries, folder, pace).await?;
        let people = bench.world.people(2).await?;
        let places = [bench.world.direct(people[0], people[1]).await?];
        let statements = bench.statements(&SEND, &places).await?;
        results.on_disk = Some(rounds::compare(&mut bench, &SEND, &places, &statements).await?);
    }
    Ok(())
}

/// The functions as they go to AWS, each package by itself.
fn build() -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut packages: BTreeMap<&str, Vec<&str>> =
        BTreeMap::from([(HELLO, vec![HELLO]), (sealing::PROGRAM, vec![sealing::PROGRAM])]);
    for endpoint in ENDPOINTS {
        packages.entry(endpoint.package).or_default().push(endpoint.name);
    }
    let mut binaries = BTreeMap::new();
    for (package, names) in packages {
        binaries.extend(for_measurements::build(package, &names)?);
    }
    Ok(binaries)
}

async fn in_memory(
    bench: &mut Bench,
    command_line: &CommandLine,
    results: &mut Results,
) -> Result<(), Failure> {
    let people = bench.world.people(SENDERS + 1).await?;
    if command_line.wants(Part::Requests) {
        let mut places = Vec::new();
        for who in &people[..MANY] {
            bench.world.join(*who, people[SENDERS], PAGE).await?;
            let place = bench.world.direct(*who, people[SENDERS]).await?;
            bench.world.send(place, PAGE).await?;
            places.push(place);
        }
        bench.world.settle().await?;
        results.echo = Some(rounds::echo(bench, &hello(bench)?, places[0]).await?);
        for endpoint in &ENDPOINTS {
            say(&format!("  {}: counts, closed and open loops", endpoint.name));
            if endpoint.name == RECEIPTS.name {
                for place in &places {
                    bench.world.make_room(*place).await?;
                }
            }
            let counts = bench.counts(endpoint, places[0]).await?;
            let statements = bench.statements(endpoint, &places).await?;
            let mut closed = Vec::new();
            for environments in [1, MANY] {
                closed.push(rounds::compare(bench, endpoint, &places[..environments], &statements).await?);
            }
            let rate = closed.last().map_or(0.0, |closed| closed.function.rate);
            let open = Some(rounds::arrivals(bench, endpoint, &places, rate).await?);
            let told =
                if endpoint.tells { Some(rounds::told(bench, endpoint, places[0]).await?) } else { None };
            let instructions = callgrind::of_a_request(bench, endpoint, places[0]).await?;
            let name = endpoint.name;
            results.endpoints.push(EndpointResults { name, counts, instructions, closed, open, told });
        }
        results.price = Some(results.price()?);
    }
    if command_line.wants(Part::Hot) {
        say("  16 senders, in one conversation and in 16");
        let (senders, mut spread) = (&people[..SENDERS], Vec::new());
        for who in senders {
            let place = bench.world.group(senders[0], &senders[1..]).await?;
            spread.push(Place { who: *who, ..place });
        }
        let one = bench.world.group(senders[0], &senders[1..]).await?;
        let hot: Vec<Place> = senders.iter().map(|who| Place { who: *who, ..one }).collect();
        results.save(&bench.folder)?;
        results.hot = Some(rounds::hot(bench, &SEND, &hot, &spread).await?);
    }
    if command_line.wants(Part::Growth) {
        say("  growth: filling the database, then the same requests over it");
        results.save(&bench.folder)?;
        results.growth = growth::grow(bench, command_line.quick).await?;
    }
    if command_line.wants(Part::ColdStart) {
        say("  cold starts");
        results.save(&bench.folder)?;
        let place = bench.world.direct(people[0], people[1]).await?;
        bench.world.send(place, 1).await?;
        cold_starts(bench, place, results).await?;
    }
    Ok(())
}

async fn cold_starts(bench: &Bench, place: Place, results: &mut Results) -> Result<(), Failure> {
    // A password takes thousands of hashes, which are no part of what a start could save.
    bench.cluster.trust()?;
    results.cold_starts.push(cold_start::measure(bench, &hello(bench)?, None).await?);
    for endpoint in &ENDPOINTS {
        let launch = bench.launch(endpoint)?;
        results.cold_starts.push(cold_start::measure(bench, &launch, Some((endpoint, place))).await?);
    }
    Ok(())
}

/// What an environment of the function that does nothing is given.
fn hello(bench: &Bench) -> Result<Launch, Failure> {
    let program = bench.binaries.get(HELLO).cloned().unwrap_or_default();
    let log = environment::log_file(&bench.folder, HELLO);
    Ok(Launch { program, function: HELLO, log, ..bench.launch(&SEND)? })
}
