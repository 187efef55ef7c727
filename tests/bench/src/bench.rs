//! One measured deployment: its Postgres, its AWS, its functions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use local::for_measurements::{Cluster, Medium};
use serde::Serialize;
use sqlx::AssertSqlSafe;
use testkit::CountingProxy;
use tokio::time::sleep;

use crate::aws::CountingAws;
use crate::endpoints::{Endpoint, Events, Place};
use crate::environment::{Environment, Launch, log_file};
use crate::failure::{Failure, other};
use crate::load::Lane;
use crate::pgbench::{Argument, DATABASE, Pgbench, Statement, Varies};
use crate::statement::{Execution, executions};
use crate::world::World;

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Rounds of everything that is compared.
    pub rounds: usize,
    /// How long one thing runs in a round.
    pub length: Duration,
}

/// Requests before anything is measured: every statement is prepared and planned, every key known.
const WARM_UP: usize = 50;

/// What a warm request asks of others, and what it leaves.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Counts {
    /// To Postgres.
    pub round_trips: f64,
    /// To SQS.
    pub queue_requests: f64,
    /// To KMS.
    pub key_requests: f64,
    /// Bytes that go to the log.
    pub log_bytes: f64,
    /// Bytes of the answer: the body, and the headers that the function sets.
    pub answer_bytes: f64,
}

/// A deployment on one medium.
pub struct Bench {
    /// Runs the floors.
    pub pgbench: Pgbench,
    /// Counts what is asked of KMS and SQS.
    pub aws: CountingAws,
    /// What the database holds.
    pub world: World,
    /// The release binaries by name.
    pub binaries: BTreeMap<String, PathBuf>,
    /// Where logs and results go.
    pub folder: PathBuf,
    /// How long and how often.
    pub pace: Pace,
    /// Marks in the server's log so far.
    marks: u64,
    /// The server. Last: what uses it is gone by then.
    pub cluster: Cluster,
}

impl Bench {
    /// Starts Postgres on a medium and migrates it.
    pub async fn start(
        medium: Medium,
        binaries: BTreeMap<String, PathBuf>,
        folder: &Path,
        pace: Pace,
    ) -> Result<Self, Failure> {
        let cluster = Cluster::start(medium)?;
        let aws = CountingAws::start().await?;
        let world = World::begin(&cluster, &aws).await?;
        let pgbench = Pgbench::new(&cluster, folder)?;
        Ok(Self { pgbench, aws, world, binaries, folder: folder.to_owned(), pace, marks: 0, cluster })
    }

    /// What an environment of this endpoint is given.
    pub fn launch(&self, endpoint: &Endpoint) -> Result<Launch, Failure> {
        let program = self.binaries.get(endpoint.name);
        Ok(Launch {
            program: program.ok_or_else(|| other(format!("{} was not built", endpoint.name)))?.clone(),
            function: endpoint.name,
            // Without TLS on both ways, the function's and pgbench's.
            database_url: format!("{}?sslmode=disable", self.cluster.functions_url()),
            aws_url: self.aws.url(),
            has_queue: false,
            under: Vec::new(),
            log: log_file(&self.folder, endpoint.name),
        })
    }

    /// An environment for each place, which has asked for its own place often enough to be warm.
    pub async fn lanes(&self, endpoint: &Endpoint, places: &[Place]) -> Result<Vec<Lane>, Failure> {
        self.lanes_of(&self.launch(endpoint)?, endpoint, places).await
    }

    /// As [`lanes`](Self::lanes), of environments that are given something else.
    pub async fn lanes_of(
        &self,
        launch: &Launch,
        endpoint: &Endpoint,
        places: &[Place],
    ) -> Result<Vec<Lane>, Failure> {
        let mut lanes = Vec::with_capacity(places.len());
        for place in places {
            let environment = Arc::new(Environment::start(launch).await?);
            lanes.push(Lane { environment, events: Arc::new(Events::of(endpoint, *place)) });
        }
        for lane in &lanes {
            let before = self.aws.key_calls();
            for _ in 0..WARM_UP {
                lane.ask().await?;
            }
            let calls = self.aws.key_calls() - before;
            if calls != u64::from(endpoint.opens) {
                return Err(Failure::Count(format!(
                    "{calls} KMS calls in a new environment's first requests"
                )));
            }
        }
        Ok(lanes)
    }

    /// What a warm request with a queue for its events asks of others: the same for each, or it is a failure.
    pub async fn counts(&self, endpoint: &Endpoint, place: Place) -> Result<Counts, Failure> {
        const REQUESTS: u32 = 20;
        let server = self.cluster.server();
        let proxy = CountingProxy::start(([127, 0, 0, 1], server.port).into()).await;
        let mut launch = Launch { has_queue: true, ..self.launch(endpoint)? };
        let (direct, counted) = (format!("127.0.0.1:{}", server.port), proxy.address().to_string());
        launch.database_url = launch.database_url.replace(&direct, &counted);
        let environment = Arc::new(Environment::start(&launch).await?);
        let lane = Lane { environment, events: Arc::new(Events::of(endpoint, place)) };
        for _ in 0..3 {
            lane.ask().await?;
        }
        let log = || Ok::<_, Failure>(std::fs::metadata(&launch.log)?.len());
        let read =
            || Ok::<_, Failure>([proxy.round_trips(), self.aws.queue_calls(), self.aws.key_calls(), log()?]);
        let (before, mut answer_bytes) = (read()?, 0);
        for _ in 0..REQUESTS {
            answer_bytes += lane.ask().await?.bytes();
        }
        let after = read()?;
        let counted: [u64; 4] = std::array::from_fn(|one| after[one] - before[one]);
        let expected = [true, endpoint.tells, false].map(|once| u64::from(once) * u64::from(REQUESTS));
        if counted[..3] != expected {
            return Err(Failure::Count(format!(
                "{}: {} round trips, {} requests to SQS and {} to KMS in {REQUESTS} requests",
                endpoint.name, counted[0], counted[1], counted[2]
            )));
        }
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let each = |count: u64| count as f64 / f64::from(REQUESTS);
        Ok(Counts {
            round_trips: each(counted[0]),
            queue_requests: each(counted[1]),
            key_requests: each(counted[2]),
            log_bytes: each(counted[3]),
            answer_bytes: each(answer_bytes as u64),
        })
    }

    /// The statement that the endpoint runs at each of these places, with the arguments it is given.
    pub async fn statements(
        &mut self,
        endpoint: &Endpoint,
        places: &[Place],
    ) -> Result<Vec<Statement>, Failure> {
        self.log_statements(true).await?;
        let environment = Arc::new(Environment::start(&self.launch(endpoint)?).await?);
        let mut statements = Vec::with_capacity(places.len());
        for place in places {
            let events = Arc::new(Events::of(endpoint, *place));
            let lane = Lane { environment: Arc::clone(&environment), events };
            // The first may have to learn the conversation's key.
            lane.ask().await?;
            let (one, other) = (self.executed(&lane).await?, self.executed(&lane).await?);
            statements.push(self.statement(&one, &other).await?);
        }
        drop(environment);
        self.log_statements(false).await?;
        Ok(statements)
    }

    async fn log_statements(&mut self, on: bool) -> Result<(), Failure> {
        let value = if on { "SET log_statement = 'all'" } else { "RESET log_statement" };
        // For connections that are opened from now on, and for our own.
        let statement = format!("ALTER DATABASE {DATABASE} {value}; {value}");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.world.connection).await?;
        Ok(())
    }

    /// The one statement of one request.
    async fn executed(&mut self, lane: &Lane) -> Result<Execution, Failure> {
        self.logged().await?;
        lane.ask().await?;
        let mut found = executions(&self.logged().await?);
        match (found.pop(), found.len()) {
            (Some(execution), 0) => Ok(execution),
            (_, more) => Err(Failure::Count(format!("a warm request runs {more} statements beside its one"))),
        }
    }

    /// What was logged since the last time. A process of its own writes the log, in order: what comes before a mark of
    /// ours is there once the mark is.
    async fn logged(&mut self) -> Result<String, Failure> {
        self.marks += 1;
        let mark = |number| format!("SELECT 'mark {number}.'");
        let (begin, end) = (mark(self.marks - 1), mark(self.marks));
        sqlx::raw_sql(AssertSqlSafe(end.clone())).execute(&mut self.world.connection).await?;
        let log = self.cluster.log();
        for _ in 0..500 {
            let text = std::fs::read_to_string(&log)?;
            if let Some((before, _)) = text.split_once(&end) {
                let since = before.split_once(&begin).map_or(before, |(_, since)| since);
                return Ok(since.to_owned());
            }
            sleep(Duration::from_millis(10)).await;
        }
        Err(other(format!("{} does not show what was run", log.display())))
    }

    /// What differs between two executions differs in each, if it is a UUID or a whole number.
    async fn statement(&mut self, one: &Execution, other: &Execution) -> Result<Statement, Failure> {
        let prepare = format!("PREPARE captured AS {}", one.text);
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut self.world.connection).await?;
        let kinds: Vec<String> = sqlx::query_scalar(
            "SELECT unnest(parameter_types)::text FROM pg_prepared_statements WHERE name = 'captured'",
        )
        .fetch_all(&mut self.world.connection)
        .await?;
        sqlx::raw_sql("DEALLOCATE captured").execute(&mut self.world.connection).await?;
        let values = one.values.iter().zip(&other.values);
        let arguments = kinds.into_iter().zip(values).map(|(kind, (value, other))| {
            let varies = match kind.as_str() {
                "uuid" if value != other => Varies::Fresh,
                "bigint" if value != other => Varies::Rising,
                _ => Varies::No,
            };
            Argument { kind, value: value.clone(), varies }
        });
        Ok(Statement { text: one.text.clone(), arguments: arguments.collect() })
    }
}
