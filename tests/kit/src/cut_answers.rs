//! A proxy between a Postgres client and its server that cuts connections at the worst moments.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::proxy::start_up;

/// The server's message that it is done with a `Sync` and has committed (its documentation, "Message Formats").
const READY_FOR_QUERY: u8 = b'Z';

/// Forwards connections to a Postgres server and cuts one now and then when its client says `Sync`, the message that commits a
/// statement of its own: after the server has committed and before the client hears of it, or before the server hears of it.
/// The client cannot tell the two apart.
#[derive(Debug)]
pub struct CutAnswers {
    address: SocketAddr,
    cuts: Arc<Cuts>,
    acceptor: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Cuts {
    after_commit: AtomicU64,
    before_commit: AtomicU64,
    /// Where its chances come from.
    chance: AtomicU64,
    one_in: AtomicU64,
}

impl Cuts {
    /// A number below this one: SplitMix64, the same ones in each run that asks in the same order
    /// (<https://prng.di.unimi.it/splitmix64.c>).
    fn chance(&self, below: u64) -> u64 {
        let mut number = self.chance.fetch_add(0x9e37_79b9_7f4a_7c15, SeqCst);
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % below.max(1)
    }
}

impl CutAnswers {
    /// Listens on a free port of loopback and forwards to `upstream`, until dropped; cuts at one of so many commits.
    pub async fn start(upstream: SocketAddr, one_in: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let cuts = Arc::new(Cuts::default());
        cuts.one_in.store(one_in, SeqCst);
        let shared = Arc::clone(&cuts);
        let acceptor = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Either end may go away at any moment; that ends this connection and is nobody's error.
                tokio::spawn(forward(client, upstream, Arc::clone(&shared)));
            }
        });
        Self { address, cuts, acceptor }
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing is cut.
    pub fn stops(&self) {
        self.cuts.one_in.store(0, SeqCst);
    }

    /// How many answers were cut after the commit, and how many statements before it.
    #[must_use]
    pub fn cuts(&self) -> (u64, u64) {
        (self.cuts.after_commit.load(SeqCst), self.cuts.before_commit.load(SeqCst))
    }
}

impl Drop for CutAnswers {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn forward(mut client: TcpStream, upstream: SocketAddr, cuts: Arc<Cuts>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    start_up(&mut client, &mut server).await?;
    // The server speaks until it is ready, and then the client until it waits. While it is let in, the client answers in between.
    let mut is_in = false;
    loop {
        let kind = loop {
            let message = message(&mut server).await?;
            client.write_all(&message).await?;
            match message[0] {
                READY_FOR_QUERY => break READY_FOR_QUERY,
                // It asks for a password, unless it says that all is well (0) or will soon be (12).
                b'R' if !is_in && !matches!(message[8], 0 | 12) => break b'R',
                _ => {}
            }
        };
        if kind == READY_FOR_QUERY {
            is_in = true;
        }
        loop {
            let message = message(&mut client).await?;
            let waits = matches!(message[0], b'S' | b'Q' | b'p');
            let one_in = cuts.one_in.load(SeqCst);
            if message[0] == b'S' && one_in > 0 && cuts.chance(one_in) == 0 {
                if cuts.chance(2) == 0 {
                    cuts.before_commit.fetch_add(1, SeqCst);
                    return Ok(());
                }
                server.write_all(&message).await?;
                while self::message(&mut server).await?[0] != READY_FOR_QUERY {}
                cuts.after_commit.fetch_add(1, SeqCst);
                return Ok(());
            }
            server.write_all(&message).await?;
            if waits {
                break;
            }
        }
    }
}

/// One message, whole: its type, its length, which counts itself, and its body.
async fn message(from: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let kind = from.read_u8().await?;
    let length = from.read_u32().await?;
    let mut message = vec![0; usize::try_from(length).unwrap_or_default().max(4) + 1];
    message[0] = kind;
    message[1..5].copy_from_slice(&length.to_be_bytes());
    from.read_exact(&mut message[5..]).await?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, PgConnection};

    use super::CutAnswers;
    use crate::database::TestDatabase;

    #[tokio::test]
    async fn a_commit_whose_answer_is_cut_has_happened_and_one_that_was_cut_before_has_not() {
        let database = TestDatabase::create().await;
        let mut direct = database.connect().await;
        sqlx::raw_sql("CREATE TABLE written (number bigint)").execute(&mut direct).await.unwrap();
        let proxy = CutAnswers::start(database.address(), 5).await;
        let url = database.url_through(proxy.address());
        let mut answered = 0_u64;
        for number in 0..200_i64 {
            let Ok(mut connection) = PgConnection::connect(&url).await else { continue };
            let insert = sqlx::query("INSERT INTO written VALUES ($1)").bind(number);
            answered += u64::from(insert.execute(&mut connection).await.is_ok());
        }
        let count = "SELECT count(*) FROM written";
        let written: i64 = sqlx::query_scalar(count).fetch_one(&mut direct).await.unwrap();
        let (after, before) = proxy.cuts();
        assert!(after > 0 && before > 0, "{after} {before}");
        // Half of the commits that were cut are those of preparing, which writes nothing.
        let written = u64::try_from(written).unwrap();
        assert!(written > answered && written - answered <= after, "{written} {answered} {after}");
        proxy.stops();
        let cuts = proxy.cuts();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query("INSERT INTO written VALUES (0)").execute(&mut connection).await.unwrap();
        assert_eq!(proxy.cuts(), cuts);
    }
}
