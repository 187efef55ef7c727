//! `talkify tail`: messages as they come.
//!
//! The socket says when; the account's feed says what, so nothing is missing that came while there was no socket.

use std::time::Duration;

use talkify_client::{Change, Client, Error, Happening, ListMessagesQuery, Message, Socket, Sync};
use tokio::signal::ctrl_c;
use tokio::time::timeout;
use uuid::Uuid;

use crate::failure::Failure;
use crate::people;
use crate::print::Printer;

/// How long to wait after the feed could not be read.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

struct Tail {
    client: Client,
    printer: Printer,
    feed: Sync,
    /// The only conversation that is shown, if it is one.
    conversation_id: Option<Uuid>,
    /// The latest message that was shown before the feed began.
    shown: i64,
}

/// Shows messages until Ctrl-C.
pub async fn tail(client: &Client, printer: Printer, named: Option<&str>, last: u8) -> Result<(), Failure> {
    let conversation_id = match named {
        Some(named) => Some(people::conversation(client, named).await?),
        None => None,
    };
    let mut tail =
        Tail { client: client.clone(), printer, feed: Sync::since(None), conversation_id, shown: 0 };
    tokio::select! {
        done = tail.run(last) => done,
        _ = ctrl_c() => Ok(()),
    }
}

impl Tail {
    async fn run(&mut self, last: u8) -> Result<(), Failure> {
        // The feed begins with what there is; from its end on everything is new.
        while self.read(false).await? {}
        self.begin(last).await?;
        let mut socket = Socket::open(&self.client);
        let mut connected = false;
        let mut wait = Sync::WITHOUT_HINT;
        loop {
            match timeout(wait, socket.next()).await {
                Ok(Some(Happening::Opened)) => {
                    Printer::note(if connected { "connected again" } else { "listening; Ctrl-C ends" });
                    connected = true;
                }
                Ok(Some(Happening::Event(event))) if !Sync::is_hint(&event) => continue,
                Ok(Some(Happening::Event(_))) | Err(_) => {}
                Ok(Some(Happening::Closed(None))) => Printer::note("the connection was lost"),
                Ok(Some(Happening::Closed(Some(error)))) => Printer::note(&format!("no connection: {error}")),
                Ok(Some(Happening::Ended(error))) => return Err(error.into()),
                Ok(None) => return Err(Error::NoSession.into()),
            }
            wait = self.catch_up().await?;
        }
    }

    /// Shows the latest messages of the only conversation.
    async fn begin(&mut self, last: u8) -> Result<(), Failure> {
        let Some(conversation_id) = self.conversation_id else { return Ok(()) };
        let query = ListMessagesQuery { limit: Some(i64::from(last.max(1))), ..ListMessagesQuery::default() };
        let page = self.client.list_messages(conversation_id, &query).await?;
        self.shown = page.items.first().map_or(0, |newest| newest.seq);
        for message in page.items.iter().take(last.into()).rev() {
            self.printer.message(message, false).await?;
        }
        Ok(())
    }

    /// Reads to the end of the feed, and answers how long to wait without a hint. A failure that may pass is waited for.
    async fn catch_up(&mut self) -> Result<Duration, Failure> {
        loop {
            match self.read(true).await {
                Ok(true) => {}
                Ok(false) => return Ok(Sync::WITHOUT_HINT),
                Err(Failure::Client(error)) if error.is_retryable() => return Ok(AFTER_FAILURE),
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Reads one page of the feed, and answers whether there is more.
    async fn read(&mut self, show: bool) -> Result<bool, Failure> {
        let page = self.feed.page(&self.client).await?;
        for event in page.changes.iter().filter(|event| show && event.kind == "message.created") {
            if let Change::Message(message) = event.change()
                && self.is_meant(&message)
            {
                self.printer.message(&message, self.conversation_id.is_none()).await?;
            }
        }
        let limited = page.limited;
        self.feed.done(page);
        Ok(limited)
    }

    fn is_meant(&self, message: &Message) -> bool {
        match self.conversation_id {
            Some(meant) => message.conversation_id == meant && message.seq > self.shown,
            None => true,
        }
    }
}
