//! A server outside, on this machine: what is sent to it is kept, and it answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Longer than anything takes to come that comes at all.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// `POST`, …
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// A header's text, empty without one.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// What is answered: a status, headers, a body.
pub type Reply = (u16, Vec<(&'static str, String)>, String);
type Answering = Box<dyn Fn(&Received) -> Reply + Send + Sync>;

struct State {
    received: Mutex<Vec<Received>>,
    answering: Mutex<Answering>,
    came: Notify,
}

/// A server on a free port of loopback, until dropped.
pub struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: JoinHandle<()>,
}

impl Receiver {
    /// One that speaks HTTP/1.1 and answers 204.
    pub async fn start() -> Self {
        Self::serve(false).await
    }

    /// One that speaks HTTP/2 without TLS and answers 204.
    pub async fn start_http2() -> Self {
        Self::serve(true).await
    }

    async fn serve(http2: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State {
            received: Mutex::default(),
            answering: Mutex::new(Box::new(|_| (204, Vec::new(), String::new()))),
            came: Notify::new(),
        });
        let shared = Arc::clone(&state);
        let acceptor = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, http2, Arc::clone(&shared)));
            }
        });
        Self { address, state, acceptor }
    }

    /// Where it listens, as the beginning of URLs.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it answers so.
    pub fn answers(&self, answering: impl Fn(&Received) -> Reply + Send + Sync + 'static) {
        *self.state.answering.lock().unwrap() = Box::new(answering);
    }

    /// From now on it answers with this status.
    pub fn answers_with(&self, status: u16) {
        self.answers(move |_| (status, Vec::new(), String::new()));
    }

    /// What came so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits until something came that is wanted, and answers all of it.
    pub async fn receives(&self, wanted: impl Fn(&Received) -> bool) -> Vec<Received> {
        let waiting = async {
            loop {
                let came = self.state.came.notified();
                let found: Vec<_> = self.received().into_iter().filter(|request| wanted(request)).collect();
                if !found.is_empty() {
                    return found;
                }
                came.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("nothing came")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn connection(stream: TcpStream, http2: bool, state: Arc<State>) {
    let service = service_fn(move |request| answer(request, Arc::clone(&state)));
    let stream = TokioIo::new(stream);
    // Who goes away in the middle is nobody's error.
    if http2 {
        let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(stream, service)
            .await;
    } else {
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await;
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let received = Received {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        headers: parts.headers,
        body: body.collect().await?.to_bytes().to_vec(),
    };
    let (status, headers, body) = (state.answering.lock().unwrap())(&received);
    state.received.lock().unwrap().push(received);
    state.came.notify_waiters();
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::from(body)).expect("an answer"))
}
