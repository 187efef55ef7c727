//! A WebSocket that comes back.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::world::wait;
use crate::{Client, Error, Event};

/// How long a silence lasts before a ping; the server closes after ten minutes without a frame.
const SILENCE: Duration = Duration::from_mins(2);
/// How long opening and the answer to a ping may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A socket that was open for less is counted as a failure.
const STABLE: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Events that wait to be taken. Whoever takes none for so long hears of the rest by a feed.
const WAITING: usize = 1_000;

/// What a socket tells.
#[derive(Debug)]
pub enum Happening {
    /// The socket is open: what happened before has to be read from a feed.
    Opened,
    /// Something happened. It may come twice, late or not at all: the change feeds have everything.
    Event(Event),
    /// The socket was closed or could not be opened, for this reason if there is one; it will be tried again.
    Closed(Option<Error>),
    /// The session is over, and the socket with it.
    Ended(Error),
}

/// A WebSocket that is opened again, with a new ticket, whenever it closes. It is closed when this is dropped.
pub struct Socket {
    happenings: mpsc::Receiver<Happening>,
    task: AbortHandle,
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Socket {
    /// Opens a socket and keeps it open.
    #[must_use]
    pub fn open(client: &Client) -> Self {
        let (teller, happenings) = mpsc::channel(WAITING);
        let task = tokio::spawn(keep_open(client.clone(), teller)).abort_handle();
        Self { happenings, task }
    }

    /// What happens next; nothing after the end.
    pub async fn next(&mut self) -> Option<Happening> {
        self.happenings.recv().await
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_open(client: Client, teller: mpsc::Sender<Happening>) {
    let mut failures = 0;
    loop {
        let error = match connect(&client).await {
            Ok(stream) => {
                let opened = Instant::now();
                if teller.send(Happening::Opened).await.is_err() {
                    return;
                }
                let error = listen(stream, &teller).await;
                failures = if opened.elapsed() > STABLE { 1 } else { failures + 1 };
                error
            }
            Err(error) if error.ends_session() => {
                let _ = teller.send(Happening::Ended(error)).await;
                return;
            }
            Err(error) => {
                failures += 1;
                Some(error)
            }
        };
        let retry_after = error.as_ref().and_then(Error::retry_after);
        if teller.send(Happening::Closed(error)).await.is_err() {
            return;
        }
        sleep(wait(failures, retry_after, Duration::from_millis(500), LONGEST_WAIT)).await;
    }
}

async fn connect(client: &Client) -> Result<Stream, Error> {
    let ticket = client.create_ticket().await?;
    let address = format!("{}?ticket={}", ticket.url, ticket.ticket.reveal());
    let tls = Some(Connector::Rustls(client.shared.tls.clone()));
    match timeout(PATIENCE, connect_async_tls_with_config(address, None, true, tls)).await {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(error)) => Err(Error::network(error)),
        Err(_) => Err(Error::TimedOut),
    }
}

/// Tells what comes until the socket is closed.
async fn listen(mut stream: Stream, teller: &mpsc::Sender<Happening>) -> Option<Error> {
    let mut asked = false;
    loop {
        let patience = if asked { PATIENCE } else { SILENCE };
        match timeout(patience, stream.next()).await {
            Ok(Some(Ok(frame))) => {
                asked = false;
                let Frame::Text(text) = frame else { continue };
                for event in events(&text) {
                    if teller.send(Happening::Event(event)).await.is_err() {
                        let _ = stream.close(None).await;
                        return None;
                    }
                }
            }
            Ok(Some(Err(error))) => return Some(Error::Network(Box::new(error))),
            Ok(None) => return None,
            // A socket that does not answer is as good as closed.
            Err(_) if asked => return Some(Error::TimedOut),
            Err(_) => {
                let ping = json!({"action": "ping"}).to_string();
                if let Err(error) = stream.send(Frame::text(ping)).await {
                    return Some(Error::Network(Box::new(error)));
                }
                asked = true;
            }
        }
    }
}

/// The events of a frame: none of an answer, one or several.
fn events(frame: &str) -> Vec<Event> {
    #[derive(Deserialize)]
    struct Several {
        events: Vec<Event>,
    }
    match serde_json::from_str::<Event>(frame) {
        Ok(event) => vec![event],
        Err(_) => serde_json::from_str::<Several>(frame).map(|several| several.events).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_event_or_several_or_an_answer() {
        let event =
            json!({"type": "typing", "at": "", "conversation_id": null, "change_seq": null, "data": {}});
        assert_eq!(events(&event.to_string()).len(), 1);
        assert_eq!(events(&json!({"type": "events", "events": [event, event]}).to_string()).len(), 2);
        let answer = json!({"type": "answer", "action": "ping", "request_id": null, "status": 200, "data": {"at": ""}});
        assert!(events(&answer.to_string()).is_empty());
    }
}
