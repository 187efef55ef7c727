//! A WebSocket as a client has one, through the front door.

use std::net::TcpStream;
use std::time::Duration;

use http::Uri;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tungstenite::{Error, HandshakeError, Message, WebSocket};

use crate::contract::Contract;
use crate::gateway::User;

/// How long to wait for what must come: much longer than it takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open WebSocket. Every frame is held to the contract.
pub struct Socket {
    /// Away while a thread waits for it.
    stream: Option<WebSocket<TcpStream>>,
    /// Events that came while something else was waited for.
    early: Vec<Value>,
}

impl User {
    /// The address that a new ticket makes.
    pub async fn socket_address(&self) -> String {
        let ticket = self.post("/v1/realtime/tickets", &json!({})).await.created();
        let text = |name: &str| ticket[name].as_str().unwrap_or_default().to_owned();
        format!("{}?ticket={}", text("url"), text("ticket"))
    }

    /// Opens a WebSocket in this session.
    pub async fn connects(&self) -> Socket {
        Socket::open(&self.socket_address().await)
            .await
            .unwrap_or_else(|status| panic!("no socket: {status}"))
    }
}

impl Socket {
    /// Opens the socket at this address.
    ///
    /// # Errors
    /// The status of a handshake that was refused.
    pub async fn open(address: &str) -> Result<Self, u16> {
        let address = address.to_owned();
        let opened = spawn_blocking(move || {
            let uri: Uri = address.parse().expect("an address");
            let authority = uri.authority().expect("an address with a host").as_str();
            let stream = TcpStream::connect(authority).expect("the front door is open");
            stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
            match tungstenite::client(uri.clone(), stream) {
                Ok((stream, _)) => Ok(Self { stream: Some(stream), early: Vec::new() }),
                Err(HandshakeError::Failure(Error::Http(response))) => Err(response.status().as_u16()),
                Err(failure) => panic!("{address}: {failure}"),
            }
        });
        opened.await.expect("opening a socket panicked")
    }

    /// Does something that waits, on a thread where it may.
    async fn waits<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut WebSocket<TcpStream>) -> T + Send + 'static,
    ) -> T {
        let mut stream = self.stream.take().expect("one thing at a time");
        let done = spawn_blocking(move || {
            let done = work(&mut stream);
            (stream, done)
        });
        let (stream, done) = done.await.expect("a socket's thread panicked");
        self.stream = Some(stream);
        done
    }

    /// Sends a text.
    pub async fn sends(&mut self, text: &str) {
        let message = Message::text(text);
        self.waits(move |stream| stream.send(message)).await.expect("the socket takes a frame");
    }

    /// Sends a frame and waits for its answer.
    pub async fn asks(&mut self, frame: &Value) -> Value {
        self.sends(&frame.to_string()).await;
        self.answer().await
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Value {
        loop {
            let frame = self.frame().await.expect("the socket is open");
            if frame["type"] == "answer" || frame["type"] == "error" {
                return frame;
            }
            self.early.extend(events_in(frame));
        }
    }

    /// Waits for an event of this type; those before it are let go.
    pub async fn hears(&mut self, kind: &str) -> Value {
        loop {
            while !self.early.is_empty() {
                let event = self.early.remove(0);
                if event["type"] == kind {
                    return event;
                }
            }
            let frame = self.frame().await.unwrap_or_else(|| panic!("closed before {kind}"));
            self.early.extend(events_in(frame));
        }
    }

    /// Events that came until the answer to a ping, which was sent now.
    pub async fn heard_until_now(&mut self) -> Vec<Value> {
        assert_eq!(self.asks(&json!({"action": "ping"})).await["status"], 200);
        std::mem::take(&mut self.early)
    }

    /// Waits until the other side has closed the socket; answers the events that came before.
    pub async fn closes(&mut self) -> Vec<Value> {
        while let Some(frame) = self.frame().await {
            self.early.extend(events_in(frame));
        }
        std::mem::take(&mut self.early)
    }

    /// The next frame; nothing when the socket is closed.
    async fn frame(&mut self) -> Option<Value> {
        loop {
            match self.waits(WebSocket::read).await {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
                    if let Err(violation) = Contract::load().check_schema("ServerFrame", &frame) {
                        panic!("the contract is broken: {violation}");
                    }
                    return Some(frame);
                }
                Ok(Message::Close(_))
                | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => return None,
                Err(failure) => panic!("no frame came: {failure}"),
                Ok(_) => {}
            }
        }
    }
}

fn events_in(frame: Value) -> Vec<Value> {
    match frame["events"].as_array() {
        Some(events) => events.clone(),
        None => vec![frame],
    }
}
