//! A proxy between a Postgres client and its server that counts round trips.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Codes that take the place of a protocol version in a start-up packet.
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

/// Forwards connections to a Postgres server and counts how often their clients must wait for it.
///
/// The server works on what it was sent, and answers, only when the client says so: with `Query`, `Sync`, `Flush` or `FunctionCall` (its
/// documentation, "Frontend/Backend Protocol", "Message Flow"). Each of these four counts as one round trip, once the start-up and authentication of its
/// connection are over. So a statement's first use counts 2 with sqlx, `Parse` `Describe` `Sync` and `Bind` `Execute` `Sync`, and each later one 1. A client that pipelines, sending
/// one `Sync` after another without waiting, waits less often than this counts: the figure is an upper bound that does not depend on timing.
///
/// A message is counted before it is forwarded, so who has the answer finds it counted. No TLS.
#[derive(Debug)]
pub struct CountingProxy {
    address: SocketAddr,
    counts: Arc<Counts>,
    acceptor: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    round_trips: AtomicU64,
    connections: AtomicU64,
}

impl CountingProxy {
    /// Listens on a free port of loopback and forwards to `upstream`, until dropped.
    pub async fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let acceptor = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counted.connections.fetch_add(1, SeqCst);
                // Either end may go away at any moment; that ends this connection and is nobody's error.
                tokio::spawn(forward(client, upstream, Arc::clone(&counted)));
            }
        });
        Self { address, counts, acceptor }
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The round trips of all connections so far, start-up and authentication left out.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.counts.round_trips.load(SeqCst)
    }

    /// The connections that were opened so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.counts.connections.load(SeqCst)
    }

    /// What `work` results in, and the round trips that were made meanwhile.
    pub async fn count<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let before = self.round_trips();
        let result = work.await;
        (result, self.round_trips() - before)
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn forward(mut client: TcpStream, upstream: SocketAddr, counts: Arc<Counts>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    start_up(&mut client, &mut server).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let requests = async {
        let mut messages = Messages::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = from_client.read(&mut buffer).await?;
            if length == 0 {
                return to_server.shutdown().await;
            }
            counts.round_trips.fetch_add(messages.waits_in(&buffer[..length]), SeqCst);
            to_server.write_all(&buffer[..length]).await?;
        }
    };
    // Whichever side ends first, the other has nothing more to say.
    tokio::select! {
        done = requests => done,
        done = copy(&mut from_server, &mut to_client) => done.map(drop),
    }
}

/// The packets before the messages proper: they have no type byte.
pub(crate) async fn start_up(client: &mut TcpStream, server: &mut TcpStream) -> std::io::Result<()> {
    loop {
        let length = client.read_u32().await?;
        let code = client.read_u32().await?;
        let mut rest = vec![0; usize::try_from(length).unwrap_or_default().saturating_sub(8)];
        client.read_exact(&mut rest).await?;
        if code == SSL_REQUEST || code == GSS_REQUEST {
            // No encryption, as a server without it says.
            client.write_all(b"N").await?;
            continue;
        }
        server.write_u32(length).await?;
        server.write_u32(code).await?;
        return server.write_all(&rest).await;
    }
}

/// Finds the messages in a client's bytes, however they are cut into packets.
#[derive(Debug, Default)]
struct Messages {
    /// The type and length of the message at hand, as far as they have come.
    header: Vec<u8>,
    /// Bytes still to come of the message at hand.
    body: usize,
}

impl Messages {
    /// How many messages end a turn of the client: it now waits for the server.
    ///
    /// Authentication needs no state: its messages (`p`) are none of the four that count.
    fn waits_in(&mut self, mut bytes: &[u8]) -> u64 {
        let mut waits = 0;
        while !bytes.is_empty() {
            if self.body > 0 {
                let skipped = self.body.min(bytes.len());
                self.body -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.header.push(bytes[0]);
            bytes = &bytes[1..];
            if let [kind, length @ ..] = self.header.as_slice()
                && let Ok(length) = <[u8; 4]>::try_from(length)
            {
                // The length counts itself and not the type.
                self.body = usize::try_from(u32::from_be_bytes(length)).unwrap_or_default().saturating_sub(4);
                waits += u64::from(matches!(kind, b'Q' | b'S' | b'H' | b'F'));
                self.header.clear();
            }
        }
        waits
    }
}

#[cfg(test)]
mod tests {
    use super::Messages;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], &length[..], body].concat()
    }

    #[test]
    fn counts_messages_that_make_the_client_wait() {
        let stream = [
            message(b'p', b"SSSS"),
            message(b'P', b"Q stands in a statement"),
            message(b'D', b"S"),
            message(b'S', b""),
            message(b'B', &vec![b'Q'; 70_000]),
            message(b'E', b"H"),
            message(b'S', b""),
            message(b'Q', b"SELECT 1"),
            message(b'H', b""),
            message(b'F', b"SQ"),
            message(b'X', b""),
        ]
        .concat();
        for cut in [1, 2, 3, 5, 7, 4_096, stream.len()] {
            let mut messages = Messages::default();
            let waits: u64 = stream.chunks(cut).map(|part| messages.waits_in(part)).sum();
            assert_eq!(waits, 5, "cut every {cut} bytes");
        }
    }
}
