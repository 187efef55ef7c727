//! One conversation's changes.

use uuid::Uuid;

use crate::{Client, Error, Event, ListChangesQuery};

/// One conversation's changes, each once and in order. Events of a socket are taken as they are while their numbers are dense; where they
/// jump, `/changes` is read.
#[derive(Debug)]
pub struct ConversationFeed {
    conversation_id: Uuid,
    known: i64,
}

impl ConversationFeed {
    /// The feed after this change: the `change_seq` of the conversation as it was loaded.
    #[must_use]
    pub fn after(conversation_id: Uuid, change_seq: i64) -> Self {
        Self { conversation_id, known: change_seq }
    }

    /// The latest change that was answered.
    #[must_use]
    pub fn change_seq(&self) -> i64 {
        self.known
    }

    /// What is new by an event of a socket; nothing of other conversations and of what has no number.
    ///
    /// # Errors
    /// Those of `list_changes`.
    pub async fn take(&mut self, client: &Client, event: Event) -> Result<Vec<Event>, Error> {
        let seq = event.change_seq.filter(|seq| *seq > self.known);
        match seq {
            Some(seq) if event.conversation_id == Some(self.conversation_id) => {
                if seq == self.known + 1 && event.kind != "conversation.changed" {
                    self.known = seq;
                    return Ok(vec![event]);
                }
                self.catch_up(client).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// What has changed since: after a socket has opened. Where the log no longer goes back so far, only what is new from now on comes.
    ///
    /// # Errors
    /// Those of `list_changes`.
    pub async fn catch_up(&mut self, client: &Client) -> Result<Vec<Event>, Error> {
        let mut all = Vec::new();
        loop {
            let query = ListChangesQuery { after: Some(self.known), limit: Some(100) };
            let page = client.list_changes(self.conversation_id, &query).await?;
            for change in page.changes {
                all.push(Event {
                    kind: change.type_,
                    at: change.at,
                    conversation_id: Some(self.conversation_id),
                    change_seq: Some(change.change_seq),
                    data: serde_json::to_value(change.data)?,
                });
            }
            self.known = page.next;
            if !page.limited {
                return Ok(all);
            }
        }
    }
}
