//! What is printed: lines for people, or JSON for programs.

use std::io::{self, Write};

use serde::Serialize;
use talkify_client::{Client, Error, Message, Session};
use uuid::Uuid;

use crate::failure::Failure;
use crate::people::{self, Names};

/// Prints answers.
pub struct Printer {
    client: Client,
    json: bool,
    names: Names,
}

impl Printer {
    pub fn new(client: Client, json: bool) -> Self {
        Self { client, json, names: Names::default() }
    }

    /// Says who is logged in.
    pub fn entered(&mut self, session: &Session, how: &str) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Entered<'session> {
            user_id: Uuid,
            username: &'session str,
            session_id: Uuid,
        }
        let Session { user_id, username, session_id, .. } = session;
        let entered = Entered { user_id: *user_id, username, session_id: *session_id };
        self.line(&entered, || format!("{username} is {how}."))
    }

    /// The user's conversations.
    pub async fn conversations(&mut self) -> Result<(), Failure> {
        for conversation in people::conversations(&self.client).await? {
            let name = if self.json {
                String::new()
            } else {
                self.names.conversation(&self.client, &conversation).await?
            };
            self.line(&conversation, || {
                let unread = match conversation.unread_count {
                    0 => String::new(),
                    unread => format!("{unread} new"),
                };
                format!("{}  {unread:>8}  {}", conversation.id, printable(&name))
            })?;
        }
        Ok(())
    }

    /// A message that was sent.
    pub fn sent(&mut self, message: &Message) -> Result<(), Failure> {
        self.line(message, || format!("Sent as message {}.", message.seq))
    }

    /// A message that came, with its conversation's name unless there is only one.
    pub async fn message(&mut self, message: &Message, with_place: bool) -> Result<(), Failure> {
        if self.json {
            return self.line(message, String::new);
        }
        let sender = self.names.user(&self.client, message.sender_id).await?;
        let place = match with_place {
            true => {
                format!("{} · ", self.names.conversation_of(&self.client, message.conversation_id).await?)
            }
            false => String::new(),
        };
        let time = message.created_at.get(11..16).unwrap_or_default();
        let head = printable(&format!("{place}{sender}"));
        self.line(message, || format!("{time} {head}: {}", printable(&said(message))))
    }

    /// Says how a program that goes on is doing: to standard error, so that standard output has nothing but messages.
    pub fn note(note: &str) {
        eprintln!("talkify: {note}");
    }

    fn line(&self, answer: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = if self.json { serde_json::to_string(answer).map_err(Error::from)? } else { words() };
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Failure::Output)
    }
}

/// What a message says, in words.
fn said(message: &Message) -> String {
    if message.deleted_at.is_some() {
        return "(deleted)".to_owned();
    }
    if message.error.is_some() {
        return "(cannot be read)".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    if let Some(system) = &message.system {
        parts.push(format!("({})", system.action.to_string().replace('_', " ")));
    }
    for media in &message.media {
        parts.push(format!(
            "[{}: {}]",
            media.kind,
            media.file_name.as_deref().unwrap_or(&media.content_type)
        ));
    }
    if let Some(place) = &message.location {
        let name = place.name.as_deref().unwrap_or("a place");
        parts.push(format!("[{name}: {}, {}]", place.latitude, place.longitude));
    }
    parts.extend(message.text.clone());
    parts.join(" ")
}

/// A text without characters that a terminal would take for orders. Lines after the first are set in.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\n      "),
            '\t' => shown.push(' '),
            letter if letter.is_control() => shown.push('\u{fffd}'),
            letter => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_orders_to_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\u{9b}b\tc\nd"), "a\u{fffd}[2J\u{fffd}b c\n      d");
    }
}
