//! What is measured. To measure one more endpoint, add it to [`ENDPOINTS`].

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use shared::id::ConversationId;
use testkit::{Request, Somebody};
use uuid::Uuid;

/// Who asks, and about which conversation.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// A member of the conversation.
    pub who: Somebody,
    /// A conversation with at least a page of messages.
    pub conversation: ConversationId,
}

/// An endpoint and a request of it.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The function's name.
    pub name: &'static str,
    /// Its package under `functions/`.
    pub package: &'static str,
    /// What a request is answered with.
    pub status: u16,
    /// The request; a UUID that must be another one each time is written as [`FRESH`], a number that must be higher each time as
    /// [`RISING`].
    pub request: fn(Place) -> Request,
    /// Whether it seals or opens: then a new environment asks KMS for a key, once.
    pub opens: bool,
    /// Whether it tells others of what it has done: by one request to SQS.
    pub tells: bool,
}

/// Stands for a UUID that is made anew for each request.
pub const FRESH: &str = "f0000000-0000-7000-8000-000000000000";

/// Stands for a number that is higher with each request: microseconds since 1970, by whomever it is made.
pub const RISING: u64 = 4_242_424_242_424_242;

/// A message of ordinary length.
const TEXT: &str =
    "Shall we meet at the station at half past six? I will bring the tickets and something to eat.";

/// Sends a message.
pub const SEND: Endpoint = Endpoint {
    name: "send_message",
    package: "messages",
    status: 201,
    request: |place| {
        let body = json!({"client_id": FRESH, "type": "text", "text": TEXT});
        Request::post("/v1/conversations/{conversation_id}/messages", &body)
            .by(&place.who)
            .at("conversation_id", place.conversation)
    },
    opens: true,
    tells: true,
};

/// Lists the newest 50 messages.
pub const LIST: Endpoint = Endpoint {
    name: "list_messages",
    package: "messages",
    status: 200,
    request: |place| {
        Request::get("/v1/conversations/{conversation_id}/messages")
            .by(&place.who)
            .at("conversation_id", place.conversation)
    },
    opens: true,
    tells: false,
};

/// Lists the latest 50 conversations.
pub const CONVERSATIONS: Endpoint = Endpoint {
    name: "list_conversations",
    package: "conversations",
    status: 200,
    request: |place| Request::get("/v1/conversations").by(&place.who),
    opens: true,
    tells: false,
};

/// Reads a conversation further. Every request moves the watermark, in a conversation that
/// [`World::make_room`](crate::world::World::make_room) has prepared.
pub const RECEIPTS: Endpoint = Endpoint {
    name: "update_receipts",
    package: "conversations",
    status: 200,
    request: |place| {
        Request::put("/v1/conversations/{conversation_id}/receipts", &json!({"read_seq": RISING}))
            .by(&place.who)
            .at("conversation_id", place.conversation)
    },
    opens: false,
    tells: true,
};

/// Everything that is measured. Receipts come last: what they are measured in is no conversation to list.
pub const ENDPOINTS: [Endpoint; 4] = [SEND, LIST, CONVERSATIONS, RECEIPTS];

/// The events of one request.
#[derive(Debug)]
pub struct Events {
    template: String,
    status: u16,
}

impl Events {
    /// The events of this endpoint's request at a place, with the headers that the gateway adds to what clients send.
    #[must_use]
    pub fn of(endpoint: &Endpoint, place: Place) -> Self {
        let request = [
            ("accept", "application/json"),
            ("accept-encoding", "gzip, deflate, br"),
            ("authorization", "Bearer tka_v7mX2c9yQ1rT5kWb8nJd4sFgLh3pZe6uAoVi0xRtYqM"),
            ("content-length", "137"),
            ("host", "abcdef1234.execute-api.us-east-1.amazonaws.com"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            ("x-amzn-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]
        .iter()
        .fold((endpoint.request)(place), |request, (name, value)| request.with_header(name, value));
        Self { template: request.event().to_string(), status: endpoint.status }
    }

    /// The same events for a function that answers with its event, which has no status.
    #[must_use]
    pub fn echoed(endpoint: &Endpoint, place: Place) -> Self {
        Self { status: 0, ..Self::of(endpoint, place) }
    }

    /// One more.
    #[must_use]
    pub fn next(&self) -> String {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // Ascending, as the ids are that clients make from the time.
        let number = u128::from(NUMBER.fetch_add(1, Relaxed));
        let id = Uuid::from_u128(0x01a2_05a4_0000_7000_8000_0000_0000_0000 | number);
        let event = self.template.replace(FRESH, &id.to_string());
        let rising = RISING.to_string();
        if event.contains(&rising) { event.replace(&rising, &microseconds().to_string()) } else { event }
    }

    /// What each is answered with.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }
}

/// Since 1970, as `clock_timestamp()` of the Postgres beside it has them.
#[expect(clippy::disallowed_methods, reason = "pgbench makes the same numbers")]
fn microseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros())
}

#[cfg(test)]
mod tests {
    use shared::id::{ConversationId, SessionId, UserId};
    use testkit::Somebody;
    use uuid::Uuid;

    use super::{ENDPOINTS, Events, FRESH, Place, RISING};

    #[test]
    fn events_are_filled_in() {
        let id = Uuid::from_u128(7);
        let who = Somebody { id: UserId(id), session: SessionId(id) };
        let place = Place { who, conversation: ConversationId(id) };
        for endpoint in ENDPOINTS {
            let events = Events::of(&endpoint, place);
            let (one, other) = (events.next(), events.next());
            assert!(
                !one.contains(FRESH) && !one.contains('{')
                    || serde_json::from_str::<serde_json::Value>(&one).is_ok()
            );
            let varies = [FRESH, &RISING.to_string()].iter().any(|word| events.template.contains(word));
            assert!(!one.contains(&RISING.to_string()));
            assert_eq!(one != other, varies, "{}", endpoint.name);
        }
    }
}
