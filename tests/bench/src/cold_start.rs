//! What a new environment executes before it is of use.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::bench::Bench;
use crate::callgrind::{Run, is_valgrind_there};
use crate::endpoints::{Endpoint, Events, Place};
use crate::environment::{Environment, Launch};
use crate::failure::{Failure, other};
use crate::statistics::median;

/// Starts for the wall time.
const STARTS: usize = 11;
/// Under valgrind everything takes its time.
const PATIENCE: Duration = Duration::from_mins(2);
/// The content type of a TLS record that holds a handshake message: RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;

/// What a function takes to start.
#[derive(Debug, Serialize)]
pub struct ColdStart {
    /// The function.
    pub function: &'static str,
    /// The size of its stripped binary, in MB.
    pub binary_mb: f64,
    /// From exec to the first request of an event, in milliseconds; the median.
    pub wall_ms: f64,
    /// Instructions, in millions; absent without valgrind.
    pub instructions: Option<Instructions>,
}

/// Millions of instructions.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Instructions {
    /// From exec to the first request of an event.
    pub start: f64,
    /// From there, with an event, to the first TLS `ClientHello`, which goes to Postgres.
    pub more_to_postgres: Option<f64>,
    /// As well from the start on, with an event, to the `ClientHello` to KMS, with a Postgres without TLS and password on the way;
    /// absent where KMS is never asked.
    pub more_to_kms: Option<f64>,
}

/// Measures the start of a function; `event` is what it is asked for the way to a `ClientHello`.
pub async fn measure(
    bench: &Bench,
    launch: &Launch,
    event: Option<(&Endpoint, Place)>,
) -> Result<ColdStart, Failure> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Environment::start(launch).await?.asks().await?.as_secs_f64() * 1e3);
    }
    #[expect(clippy::cast_precision_loss, reason = "a size in megabytes")]
    let binary_mb = fs::metadata(&launch.program)?.len() as f64 / 1e6;
    let instructions =
        if is_valgrind_there() { Some(instructions(bench, launch, event).await?) } else { None };
    Ok(ColdStart { function: launch.function, binary_mb, wall_ms: median(&starts), instructions })
}

async fn instructions(
    bench: &Bench,
    launch: &Launch,
    event: Option<(&Endpoint, Place)>,
) -> Result<Instructions, Failure> {
    let start = {
        let run = Run::start(&bench.folder, launch, "next").await?;
        run.environment.asks().await?;
        run.end()?
    };
    let Some((endpoint, place)) = event else {
        return Ok(Instructions { start, more_to_postgres: None, more_to_kms: None });
    };
    let event = Events::of(endpoint, place).next();
    let postgres = Knocked::start(true).await?;
    let database_url = format!("postgres://talkify@{}/talkify?sslmode=require", postgres.address);
    let over_tls = Launch { database_url, ..launch.clone() };
    let to_postgres = to_hello(&bench.folder, &over_tls, "postgres", &event, &postgres).await?;
    let more_to_postgres = Some(to_postgres - start);
    if !endpoint.opens {
        return Ok(Instructions { start, more_to_postgres, more_to_kms: None });
    }
    let kms = Knocked::start(false).await?;
    let over_tls = Launch { aws_url: format!("https://{}", kms.address), ..launch.clone() };
    let to_kms = to_hello(&bench.folder, &over_tls, "kms", &event, &kms).await?;
    Ok(Instructions { start, more_to_postgres, more_to_kms: Some(to_kms - start) })
}

async fn to_hello(
    folder: &Path,
    launch: &Launch,
    to: &str,
    event: &str,
    server: &Knocked,
) -> Result<f64, Failure> {
    let run = Run::start(folder, launch, to).await?;
    run.environment.asks().await?;
    run.environment.hand_out(event.to_owned()).await;
    let said_hello = timeout(PATIENCE, server.said_hello.notified()).await;
    said_hello.map_err(|_| other(format!("{} says no hello to {to}", launch.function)))?;
    run.end()
}

/// A server that waits for a `ClientHello` and says no more.
struct Knocked {
    address: std::net::SocketAddr,
    said_hello: Arc<Notify>,
    acceptor: JoinHandle<()>,
}

impl Knocked {
    async fn start(is_postgres: bool) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let said_hello = Arc::new(Notify::new());
        let notify = Arc::clone(&said_hello);
        let acceptor = tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if matches!(greet(&mut stream, is_postgres).await, Ok(HANDSHAKE)) {
                    notify.notify_one();
                }
                // Kept open: a client that is hung up on would try again.
                open.push(stream);
            }
        });
        Ok(Self { address, said_hello, acceptor })
    }
}

impl Drop for Knocked {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// The first byte of TLS. Postgres is asked for TLS first, in eight bytes, and says `S`.
async fn greet(stream: &mut TcpStream, is_postgres: bool) -> std::io::Result<u8> {
    if is_postgres {
        stream.read_exact(&mut [0; 8]).await?;
        stream.write_all(b"S").await?;
    }
    stream.read_u8().await
}
