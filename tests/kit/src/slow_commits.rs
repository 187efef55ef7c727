//! A proxy between a Postgres client and its server behind which transactions commit late.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::proxy::start_up;

/// Forwards connections to a Postgres server and holds back each `Sync`, the message that commits a statement of its own, for
/// a different time. The server has run the statement by then: its row locks are held, and nobody sees what it wrote.
#[derive(Debug)]
pub struct SlowCommits {
    address: SocketAddr,
    acceptor: JoinHandle<()>,
}

impl SlowCommits {
    /// Listens on a free port of loopback and forwards to `upstream`, until dropped. Each commit is late by less than `longest`.
    pub async fn start(upstream: SocketAddr, longest: Duration) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let acceptor = tokio::spawn(async move {
            let mut seed = 0x9e37_79b9_7f4a_7c15;
            while let Ok((client, _)) = listener.accept().await {
                seed = next(seed);
                // Either end may go away at any moment; that ends this connection and is nobody's error.
                tokio::spawn(forward(client, upstream, longest, seed));
            }
        });
        Self { address, acceptor }
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for SlowCommits {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn forward(
    mut client: TcpStream,
    upstream: SocketAddr,
    longest: Duration,
    mut seed: u64,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    start_up(&mut client, &mut server).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let requests = async {
        loop {
            let kind = from_client.read_u8().await?;
            let length = from_client.read_u32().await?;
            // The length counts itself.
            let mut body = vec![0; usize::try_from(length).unwrap_or_default().saturating_sub(4)];
            from_client.read_exact(&mut body).await?;
            if kind == b'S' {
                seed = next(seed);
                sleep(longest.mul_f64(f64::from(u8::try_from(seed >> 56).unwrap_or_default()) / 256.0)).await;
            }
            to_server.write_all(&[&[kind], &length.to_be_bytes()[..], &body].concat()).await?;
        }
    };
    // Whichever side ends first, the other has nothing more to say.
    tokio::select! {
        done = requests => done,
        done = copy(&mut from_server, &mut to_client) => done.map(drop),
    }
}

/// Marsaglia's xorshift: different times, the same ones in each run.
fn next(mut seed: u64) -> u64 {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^ (seed << 17)
}
