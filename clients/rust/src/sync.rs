//! Everything that changes for the user, without a gap.

use std::time::Duration;

use uuid::Uuid;

use crate::{AccountChange, Client, Error, Event, SyncQuery};

/// Changes in their order.
#[derive(Debug)]
pub struct Page {
    /// Everything is to be forgotten: what follows is a snapshot.
    pub reset: bool,
    /// What has changed. A conversation that is new, or that the user is added to, follows as `conversation.snapshot`.
    pub changes: Vec<Event>,
    /// Whether there may be more already.
    pub limited: bool,
    /// Where to go on once the changes are done.
    pub next: String,
}

/// The account's feed, `GET /v1/sync`: call [`Sync::page`] until `limited` is false, then again after each hint of a socket and each
/// minute, say.
#[derive(Debug)]
pub struct Sync {
    since: Option<String>,
    user_id: Option<Uuid>,
}

impl Sync {
    /// How long to wait for a hint before looking all the same.
    pub const WITHOUT_HINT: Duration = Duration::from_mins(1);

    /// A feed that goes on at this token, or begins with a snapshot.
    #[must_use]
    pub fn since(since: Option<String>) -> Self {
        Self { since, user_id: None }
    }

    /// Where it goes on: the token to keep.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.since.as_deref()
    }

    /// Whether a socket's event says that there is something to read.
    #[must_use]
    pub fn is_hint(event: &Event) -> bool {
        !event.is_passing()
    }

    /// The next page. It comes again until [`Sync::done`] says that its changes are done.
    ///
    /// # Errors
    /// Those of `sync`, after some tries.
    pub async fn page(&mut self, client: &Client) -> Result<Page, Error> {
        let query = SyncQuery { since: self.since.clone(), limit: Some(100) };
        let page = client.sync(&query).await?;
        if self.user_id.is_none() {
            self.user_id = client.session().await?.map(|session| session.user_id);
        }
        let mut changes = Vec::with_capacity(page.changes.len());
        for change in page.changes.into_iter().map(event) {
            let joined = self.joined(&change);
            let at = change.at.clone();
            changes.push(change);
            if let Some(conversation_id) = joined {
                changes.extend(snapshot(client, conversation_id, at).await?);
            }
        }
        Ok(Page { reset: page.reset, changes, limited: page.limited || page.reset, next: page.next })
    }

    /// Goes on after a page whose changes are done.
    pub fn done(&mut self, page: Page) {
        self.since = Some(page.next);
    }

    /// The conversation that the user is in by this change.
    fn joined(&self, change: &Event) -> Option<Uuid> {
        let whom = change.data["user_id"].as_str().and_then(|id| id.parse().ok());
        let added = change.kind == "member.added" && whom.is_some() && whom == self.user_id;
        if added || change.kind == "conversation.created" { change.conversation_id } else { None }
    }
}

/// Of a conversation that is new to the user the feed tells only that. One that one is out of again is told by the feed.
async fn snapshot(client: &Client, conversation_id: Uuid, at: String) -> Result<Option<Event>, Error> {
    match client.get_conversation(conversation_id).await {
        Ok(conversation) => Ok(Some(Event {
            kind: "conversation.snapshot".to_owned(),
            at,
            conversation_id: Some(conversation_id),
            change_seq: Some(conversation.change_seq),
            data: serde_json::to_value(conversation)?,
        })),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

fn event(change: AccountChange) -> Event {
    let AccountChange { type_: kind, at, conversation_id, change_seq, data } = change;
    Event { kind, at, conversation_id, change_seq, data: data.into() }
}
