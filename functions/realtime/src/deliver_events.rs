//! Worker of the queue `events`: tells those who are there what has happened (docs/decisions/0034).
//!
//! Who hears is decided when it is told, by the statement that finds the connections: whoever is no member any more, or whose
//! session has ended, is not among them. What is told may come twice and in any order; `change_seq` sorts it out, and the change
//! feeds have whatever did not come.

mod changed;
mod closing;
mod forward;
mod outbox;
mod pace;
mod post;
mod presence;
mod typing;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::App;
use shared::queue::Queue;
use shared::worker::TaskFailure;
use uuid::Uuid;

use crate::connection::Connections;
use crate::work::{Changed, Events, Presence, Typing, Whom, Work};

pub use self::forward::Outside;
pub use self::pace::{PATIENCE, Pace};

/// Rows of the outbox that are told of at a time. At their heaviest, 30 KB that a hundred members see in fifty ways, they are read within a
/// statement's time and fit into the worker's memory.
const EVENTS_AT_ONCE: usize = 10;
/// Connections that are looked up at a time; those of a larger audience are the next task's.
const CONNECTIONS_AT_ONCE: i64 = 1_000;
/// How often those who could not be told are tried again.
const MOST_FAILURES: u32 = 5;
/// Connections that a task names, at the most: about 20 bytes each, of the 256 KiB that a queue takes.
const CONNECTIONS_NAMED: usize = 1_000;

/// What it works with beside the app.
#[derive(Clone)]
pub struct Tools {
    /// The gateway.
    pub connections: Arc<dyn Connections>,
    /// The queue that it takes its tasks from, for what is left of them.
    pub events: Arc<dyn Queue>,
    /// How fast it sends.
    pub pace: Arc<Pace>,
    /// Where devices and webhooks are told; `None` where nobody tells them.
    pub outside: Option<Outside>,
}

/// What a batch asks for, each thing once.
#[derive(Default)]
struct Asked {
    /// Rows of the outbox that nobody was told of.
    fresh: BTreeSet<Uuid>,
    /// What is left to tell of others.
    events: Vec<Events>,
    /// Conversations, and whether it was put off until now.
    changed: BTreeMap<Uuid, bool>,
    changed_for: Vec<Changed>,
    /// Users, and whether it was put off until now.
    presence: BTreeMap<Uuid, bool>,
    presence_for: Vec<Presence>,
    typing: BTreeMap<(Uuid, Uuid), Typing>,
}

impl Asked {
    fn of(batch: &[Work]) -> Self {
        let mut asked = Self::default();
        for work in batch {
            match work.clone() {
                Work::Events(events) if events.whom.is_everybody() => asked.fresh.extend(events.event_ids),
                Work::Events(events) => asked.events.push(events),
                Work::Changed(Changed { changed_id, whom }) if whom.is_everybody() => {
                    *asked.changed.entry(changed_id).or_default() |= whom.due;
                }
                Work::Changed(changed) => asked.changed_for.push(changed),
                Work::Presence(Presence { presence_id, whom }) if whom.is_everybody() => {
                    *asked.presence.entry(presence_id).or_default() |= whom.due;
                }
                Work::Presence(presence) => asked.presence_for.push(presence),
                Work::Typing(typing) => {
                    // The latest word of each; a queue keeps no order.
                    let latest = asked.typing.entry((typing.typing_in, typing.user_id)).or_insert(typing);
                    if latest.until_ms <= typing.until_ms {
                        *latest = typing;
                    }
                }
            }
        }
        asked
    }
}

/// Tells all that a batch asks for.
pub async fn handle(app: &App, tools: &Tools, batch: &[Work]) -> Result<(), TaskFailure> {
    let mut asked = Asked::of(batch);
    // What ends comes first: it must take hold within seconds.
    let fresh: Vec<Uuid> = asked.fresh.iter().copied().collect();
    let mut untold = Vec::with_capacity(fresh.len());
    for ids in fresh.chunks(EVENTS_AT_ONCE) {
        let found = outbox::sort(app, ids).await?;
        untold.extend(found.untold);
        closing::close(app, tools, &found.ended).await?;
        for conversation in found.changed {
            asked.changed.entry(conversation).or_default();
        }
        for user in found.presence {
            asked.presence.entry(user).or_default();
        }
        if !found.whole.is_empty() {
            whole::tell(app, tools, Events { event_ids: found.whole, whom: Whom::default() }).await?;
        }
    }
    for events in asked.events {
        whole::tell(app, tools, events).await?;
    }
    for typing in asked.typing.into_values() {
        typing::tell(app, tools, typing).await?;
    }
    changed::tell_all(app, tools, &asked.changed).await?;
    for changed in asked.changed_for {
        changed::tell(app, tools, changed).await?;
    }
    presence::tell_all(app, tools, &asked.presence).await?;
    for presence in asked.presence_for {
        presence::tell(app, tools, presence).await?;
    }
    if let Some(outside) = &tools.outside {
        for ids in untold.chunks(EVENTS_AT_ONCE) {
            forward::forward(app, outside, ids).await?;
        }
    }
    outbox::published(app, &untold).await
}
