//! A way to a server that can be cut, as networks are.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Forwards connections to an HTTP server until it is cut. Where the server names itself, it names the relay, so that sockets come
/// this way too.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    scheme: &'static str,
    open: watch::Sender<bool>,
    acceptor: JoinHandle<()>,
}

/// What the server calls itself, and what the relay puts in its place, which must be as long.
#[derive(Clone)]
struct Names {
    upstream: String,
    old: String,
    new: String,
}

impl Relay {
    /// Listens on a free port of loopback and forwards to the server at `url`, until dropped.
    pub async fn start(url: &str) -> Self {
        let upstream = url.trim_start_matches("http://").to_owned();
        let (listener, new) = listen(&upstream, "").await;
        Self::forward(listener, None, Names { old: upstream.clone(), upstream, new })
    }

    /// The same with TLS, by a certificate of an authority of its own, which is answered in PEM.
    pub async fn start_tls(url: &str) -> (Self, String) {
        let upstream = url.trim_start_matches("http://").to_owned();
        let old = format!("ws://{upstream}");
        let (listener, new) = listen(&old, "wss://").await;
        let (tls, authority) = server("127.0.0.1");
        (Self::forward(listener, Some(tls), Names { upstream, old, new }), authority)
    }

    fn forward(listener: TcpListener, tls: Option<TlsAcceptor>, names: Names) -> Self {
        let address = listener.local_addr().expect("a bound socket has an address");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (open, is_open) = watch::channel(true);
        let acceptor = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !*is_open.borrow() {
                    continue;
                }
                let (tls, names, is_open) = (tls.clone(), names.clone(), is_open.clone());
                tokio::spawn(async move {
                    match tls {
                        None => forward(client, names, is_open).await,
                        // Who does not trust the certificate goes away.
                        Some(tls) => {
                            if let Ok(client) = tls.accept(client).await {
                                forward(client, names, is_open).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, scheme, open, acceptor }
    }

    /// Where to connect to instead of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
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

/// Listens where the name, the scheme included, is as long as the old one.
async fn listen(old: &str, scheme: &str) -> (TcpListener, String) {
    let missing = (scheme.len() + "127.0.0.1:10000".len()).saturating_sub(old.len());
    assert!(missing <= 1, "no name of this machine is as short as {old}");
    // The system gives ports of five digits; one of four has to be looked for.
    let ports = if missing == 1 { 2_000..10_000 } else { 0..1 };
    for port in ports.cycle() {
        let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await else { continue };
        let address = listener.local_addr().expect("a bound socket has an address");
        let new = format!("{scheme}{address}");
        if new.len() == old.len() {
            return (listener, new);
        }
    }
    unreachable!("it goes on until there is one")
}

/// A server of TLS with a new certificate for an address, and the certificate of the authority that signed it, in PEM.
fn server(address: &str) -> (TlsAcceptor, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![address.to_owned()]).expect("an address");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate and its key");
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

/// Either end may go away at any moment; that ends this connection and is nobody's error.
async fn forward(client: impl AsyncRead + AsyncWrite, names: Names, mut is_open: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect(&names.upstream).await else { return };
    let (mut from_client, mut to_client) = split(client);
    let (mut from_server, mut to_server) = server.into_split();
    let answers = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let Ok(length @ 1..) = from_server.read(&mut buffer).await else { return };
            rename(&mut buffer[..length], names.old.as_bytes(), names.new.as_bytes());
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
