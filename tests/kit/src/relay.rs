//! A way to a server that can be cut, as networks are.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Forwards connections to an HTTP server until it is cut. Where the server names itself, it names the relay, so that sockets come
/// this way too.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    open: watch::Sender<bool>,
    acceptor: JoinHandle<()>,
}

impl Relay {
    /// Listens on a free port of loopback and forwards to the server at `url`, until dropped.
    pub async fn start(url: &str) -> Self {
        let upstream = url.trim_start_matches("http://").to_owned();
        let (listener, address) = loop {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
            let address = listener.local_addr().expect("a bound socket has an address");
            // What stands for the other must be as long.
            if address.to_string().len() == upstream.len() {
                break (listener, address);
            }
        };
        let (open, is_open) = watch::channel(true);
        let acceptor = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *is_open.borrow() {
                    tokio::spawn(forward(client, upstream.clone(), address, is_open.clone()));
                }
            }
        });
        Self { address, open, acceptor }
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends every connection, and lets none through until it is mended.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// Either end may go away at any moment; that ends this connection and is nobody's error.
async fn forward(client: TcpStream, upstream: String, relay: SocketAddr, mut is_open: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect(&upstream).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let Ok(length @ 1..) = from_server.read(&mut buffer).await else { return };
            rename(&mut buffer[..length], upstream.as_bytes(), relay.to_string().as_bytes());
            if to_client.write_all(&buffer[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = answers => {}
        _ = copy(&mut from_client, &mut to_server) => {}
        _ = is_open.wait_for(|open| !open) => {}
    }
}

/// Puts one name in the place of another that is as long.
fn rename(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(old.len()).position(|window| window == old) {
        at += found;
        bytes[at..at + old.len()].copy_from_slice(new);
        at += old.len();
    }
}
