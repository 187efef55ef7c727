//! What is put on the queue `events`: ids, never text.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::queue::{Queue, QueueFailure};
use uuid::Uuid;

/// A task of `deliver_events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Work {
    /// To tell of these rows of the outbox.
    Events(Events),
    /// To tell that a conversation has changed.
    Changed(Changed),
    /// To tell what a user appears as now.
    Presence(Presence),
    /// To tell that a member types.
    Typing(Typing),
}

/// Rows of the outbox, and whom of those who are to hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// The rows.
    pub event_ids: Vec<Uuid>,
    /// Whom.
    #[serde(default, skip_serializing_if = "Whom::is_all")]
    pub whom: Whom,
}

/// A conversation that has changed, and whom of its members to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// The conversation.
    pub changed_id: Uuid,
    /// Whom.
    #[serde(default, skip_serializing_if = "Whom::is_all")]
    pub whom: Whom,
}

/// A user whose presence changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// The user.
    pub presence_id: Uuid,
    /// Whom.
    #[serde(default, skip_serializing_if = "Whom::is_all")]
    pub whom: Whom,
}

/// What of a telling is left to do: everything, unless it says more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// It was put off until now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub due: bool,
    /// Those on connections after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Those on these connections, who could not be told before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// How often they could not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
}

impl Whom {
    /// Whether it is the first that is done of it.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.after.is_none() && self.only.is_empty()
    }

    /// Whether nothing more is said.
    fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Those on connections after this one.
    #[must_use]
    pub fn after(connection: String) -> Self {
        Self { after: Some(connection), ..Self::default() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// That a member types, or types no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// Where.
    pub typing_in: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// Whether they do.
    pub active: bool,
    /// When it is forgotten, in milliseconds since 1970.
    pub until_ms: i64,
}

impl Work {
    /// Puts it on the queue, for whoever comes first after this time.
    ///
    /// # Errors
    /// The queue did not take it.
    pub async fn send(&self, queue: &dyn Queue, delay: Duration) -> Result<(), QueueFailure> {
        let body = serde_json::to_string(self).map_err(|failure| QueueFailure(failure.to_string()))?;
        queue.send_after(body, delay).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Changed, Events, Typing, Whom, Work};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn whom() -> impl Strategy<Value = Whom> {
        (
            any::<bool>(),
            proptest::option::of("[a-zA-Z0-9=]{1,20}"),
            proptest::collection::vec("[a-z]{1,9}", 0..3),
            0u32..9,
        )
            .prop_map(|(due, after, only, failures)| Whom { due, after, only, failures })
    }

    proptest! {
        #[test]
        fn what_is_put_on_the_queue_is_read_back(id in any::<u128>(), whom in whom(), active: bool, until_ms: i64) {
            let id = Uuid::from_u128(id);
            for work in [
                Work::Events(Events { event_ids: vec![id], whom: whom.clone() }),
                Work::Changed(Changed { changed_id: id, whom }),
                Work::Typing(Typing { typing_in: id, user_id: id, active, until_ms }),
            ] {
                let body = serde_json::to_string(&work).unwrap();
                prop_assert_eq!(serde_json::from_str::<Work>(&body).unwrap(), work, "{}", body);
            }
        }
    }

    #[test]
    fn the_outbox_is_told_of_by_ids_alone() {
        let work: Work =
            serde_json::from_str(r#"{"event_ids": ["0198c0de-0000-7000-8000-000000000001"]}"#).unwrap();
        let Work::Events(events) = work else { panic!("{work:?}") };
        assert!(events.whom.is_everybody());
        for bad in ["{}", "[]", r#"{"event_ids": ["x"]}"#, r#"{"event_ids": [], "text": "x"}"#, "null"] {
            assert!(serde_json::from_str::<Work>(bad).is_err(), "{bad}");
        }
    }
}
