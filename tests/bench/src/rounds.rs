//! Interleaved rounds: a row inserted, the endpoint's own statement by pgbench, the function; then the next round.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use shared::crypto::OVERHEAD;

use crate::bench::Bench;
use crate::endpoints::{Endpoint, Events, Place, SEND};
use crate::environment::{Environment, Launch};
use crate::failure::{Failure, other};
use crate::load::{Lane, closed, open};
use crate::pgbench::{Script, Statement};
use crate::process::{cpu, cpu_of_family, peak_memory, spent_since};
use crate::statistics::{Latencies, Summary, median, ratios};

/// The bytes of a message of ordinary length, sealed.
const ROW: usize = 110 + OVERHEAD;

/// What one endpoint's rounds came to.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// How many environments, and clients of pgbench.
    pub environments: usize,
    /// One row with its primary key inserted by pgbench.
    pub insert: Summary,
    /// The endpoint's statement by pgbench.
    pub statement: Summary,
    /// The function.
    pub function: Summary,
    /// The median of the rounds' ratios of p50.
    pub over_insert: f64,
    /// The median of the rounds' ratios of p50.
    pub over_statement: f64,
    /// CPU of the function for a request, in milliseconds.
    pub function_cpu_ms: f64,
    /// CPU of all of Postgres's processes for a request, in milliseconds.
    pub postgres_cpu_ms: f64,
    /// Bytes of WAL for a request, full-page images included.
    pub wal_bytes: f64,
    /// The most memory that one of the environments has had, in MB.
    pub peak_memory_mb: f64,
    /// KMS calls of the warm environments.
    pub kms_calls: u64,
}

/// Compares an endpoint with what Postgres alone takes, with an environment and a client of pgbench for each place.
pub async fn compare(
    bench: &mut Bench,
    endpoint: &Endpoint,
    places: &[Place],
    statements: &[Statement],
) -> Result<Comparison, Failure> {
    let lanes = bench.lanes(endpoint, places).await?;
    let clients = places.len();
    let (insert, statement) = (Script::single_row_insert(ROW), Script::of(&statements[..clients]));
    let (mut inserts, mut floors, mut rounds, mut costs) = (vec![], vec![], vec![], vec![]);
    let calls = bench.aws.key_calls();
    for _ in 0..bench.pace.rounds {
        inserts.push(bench.pgbench.run(&insert, clients, bench.pace.length)?);
        floors.push(bench.pgbench.run(&statement, clients, bench.pace.length)?);
        let before = Counters::read(bench, &lanes).await?;
        let round = closed(&lanes, bench.pace.length).await?;
        costs.push(Counters::read(bench, &lanes).await?.since(&before, &round));
        rounds.push(round);
    }
    let p50 = |rounds: &[Latencies]| rounds.iter().map(Latencies::p50).collect::<Vec<_>>();
    let over = |other: &[Latencies]| median(&ratios(&p50(&rounds), &p50(other)));
    let cost = |figure: fn(&Cost) -> f64| median(&costs.iter().map(figure).collect::<Vec<_>>());
    let memory = lanes.iter().filter_map(|lane| peak_memory(lane.environment.process())).max();
    let kms_calls = bench.aws.key_calls() - calls;
    if kms_calls > 0 {
        return Err(Failure::Count(format!("{}: {kms_calls} KMS calls though warm", endpoint.name)));
    }
    #[expect(clippy::cast_precision_loss, reason = "megabytes of a small process")]
    let peak_memory_mb = memory.ok_or_else(|| other("a function's memory is not known"))? as f64 / 1e6;
    Ok(Comparison {
        environments: clients,
        insert: Summary::of(&inserts),
        statement: Summary::of(&floors),
        function: Summary::of(&rounds),
        over_insert: over(&inserts),
        over_statement: over(&floors),
        function_cpu_ms: cost(|one| one.function),
        postgres_cpu_ms: cost(|one| one.postgres),
        wal_bytes: cost(|one| one.wal),
        peak_memory_mb,
        kms_calls,
    })
}

/// What has been used so far.
struct Counters {
    functions: Duration,
    postgres: BTreeMap<u32, Duration>,
    /// Bytes.
    wal: f64,
}

/// What one request has used.
struct Cost {
    /// Milliseconds.
    function: f64,
    /// Milliseconds.
    postgres: f64,
    /// Bytes.
    wal: f64,
}

impl Counters {
    async fn read(bench: &mut Bench, lanes: &[Lane]) -> Result<Self, Failure> {
        Ok(Self {
            functions: lanes.iter().map(|lane| cpu(lane.environment.process())).sum(),
            postgres: cpu_of_family(bench.cluster.process()),
            wal: bench.world.wal().await?,
        })
    }

    fn since(&self, before: &Self, round: &Latencies) -> Cost {
        let each = |spent: Duration| spent.as_secs_f64() * 1e3 / round.count();
        Cost {
            function: each(self.functions.saturating_sub(before.functions)),
            postgres: each(spent_since(&self.postgres, &before.postgres)),
            wal: (self.wal - before.wal) / round.count(),
        }
    }
}

/// The least that a function could cost: one that answers with its event, fed with an endpoint's events.
pub async fn echo(bench: &Bench, launch: &Launch, place: Place) -> Result<Summary, Failure> {
    let environment = Environment::start(launch).await?.into();
    let lane = [Lane { environment, events: Events::echoed(&SEND, place).into() }];
    let mut rounds = Vec::new();
    for _ in 0..bench.pace.rounds {
        rounds.push(closed(&lane, bench.pace.length).await?);
    }
    Ok(Summary::of(&rounds))
}

/// Requests that tell of what they have done over a queue on loopback, which is what another machine's would take at least.
pub async fn told(bench: &Bench, endpoint: &Endpoint, place: Place) -> Result<Summary, Failure> {
    let launch = Launch { has_queue: true, ..bench.launch(endpoint)? };
    let lane = bench.lanes_of(&launch, endpoint, &[place]).await?;
    let mut rounds = Vec::new();
    for _ in 0..bench.pace.rounds {
        rounds.push(closed(&lane, bench.pace.length).await?);
    }
    Ok(Summary::of(&rounds))
}

/// What an open loop came to.
#[derive(Debug, Serialize)]
pub struct Open {
    /// How many environments serve.
    pub environments: usize,
    /// Arrivals a second.
    pub arrivals: f64,
    /// Latencies from the intended arrival.
    pub function: Summary,
}

/// Arrivals at an even distance, at half of what the same environments do in a closed loop.
pub async fn arrivals(
    bench: &Bench,
    endpoint: &Endpoint,
    places: &[Place],
    closed_rate: f64,
) -> Result<Open, Failure> {
    let lanes = bench.lanes(endpoint, places).await?;
    let rate = (closed_rate / 2.0).floor();
    let mut rounds = Vec::new();
    for _ in 0..bench.pace.rounds {
        rounds.push(open(&lanes, rate, bench.pace.length).await?);
    }
    Ok(Open { environments: places.len(), arrivals: rate, function: Summary::of(&rounds) })
}

/// What a busy conversation costs.
#[derive(Debug, Serialize)]
pub struct Hot {
    /// How many send at once.
    pub senders: usize,
    /// All into one conversation.
    pub together: Summary,
    /// Each into another conversation of the same people.
    pub spread: Summary,
    /// The median of the rounds' ratios of requests a second.
    pub ratio: f64,
}

/// Everybody sends into one conversation, then each into their own; the same environments throughout.
pub async fn hot(
    bench: &Bench,
    endpoint: &Endpoint,
    hot: &[Place],
    spread: &[Place],
) -> Result<Hot, Failure> {
    let spread = bench.lanes(endpoint, spread).await?;
    let hot: Vec<Lane> = (spread.iter().zip(hot))
        .map(|(lane, place)| Lane {
            environment: lane.environment.clone(),
            events: Events::of(endpoint, *place).into(),
        })
        .collect();
    for lane in &hot {
        // The first learns the conversation's key.
        lane.ask().await?;
    }
    let (mut hots, mut spreads) = (Vec::new(), Vec::new());
    for _ in 0..bench.pace.rounds {
        hots.push(closed(&hot, bench.pace.length).await?);
        spreads.push(closed(&spread, bench.pace.length).await?);
    }
    let rates = |rounds: &[Latencies]| rounds.iter().map(Latencies::rate).collect::<Vec<_>>();
    Ok(Hot {
        senders: hot.len(),
        ratio: median(&ratios(&rates(&hots), &rates(&spreads))),
        together: Summary::of(&hots),
        spread: Summary::of(&spreads),
    })
}
