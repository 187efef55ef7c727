//! What clients are told over a socket: events, and the frames that hold them.

use serde::Serialize;
use shared::clock::Timestamp;
use shared::id::{ChangeSeq, ConversationId};

/// Bytes of a frame to a client, at the most: what the gateway sends, and counts, as one
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>).
pub const FRAME_BYTES: usize = 32 * 1024;

const BEGIN: &str = r#"{"type":"events","events":["#;
const END: &str = "]}";

/// Something that happened, as `/changes` and `/sync` tell it.
#[derive(Debug, Serialize)]
pub struct Event<'a, D> {
    /// `message.created`, …
    pub r#type: &'a str,
    /// `null` where it is about a user.
    pub conversation_id: Option<ConversationId>,
    /// The change of the conversation; `null` where it is none.
    pub change_seq: Option<ChangeSeq>,
    /// When.
    pub at: Timestamp,
    /// What it happened to, as that is now.
    pub data: D,
}

/// Frames that hold these events in their order: one event is a frame itself, several are one together as long as they fit.
#[must_use]
pub fn frames(events: &[&str]) -> Vec<String> {
    let mut frames = Vec::new();
    let mut rest = events;
    while !rest.is_empty() {
        let mut bytes = BEGIN.len() + END.len();
        let fitting = rest.iter().take_while(|event| {
            bytes += event.len() + 1;
            // The comma that the last one does not have.
            bytes - 1 <= FRAME_BYTES
        });
        let count = fitting.count().max(1);
        let (now, later) = rest.split_at(count);
        frames.push(match now {
            [one] => (*one).to_owned(),
            several => format!("{BEGIN}{}{END}", several.join(",")),
        });
        rest = later;
    }
    frames
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{FRAME_BYTES, frames};

    fn events_in(frame: &str) -> Vec<Value> {
        let frame: Value = serde_json::from_str(frame).unwrap();
        if frame["type"] == "events" { frame["events"].as_array().unwrap().clone() } else { vec![frame] }
    }

    #[test]
    fn one_event_is_a_frame_itself() {
        assert_eq!(frames(&[r#"{"type":"typing"}"#]), [r#"{"type":"typing"}"#]);
        assert!(frames(&[]).is_empty());
        let both = frames(&[r#"{"type":"a"}"#, r#"{"type":"b"}"#]);
        assert_eq!(both, [r#"{"type":"events","events":[{"type":"a"},{"type":"b"}]}"#]);
    }

    proptest! {
        #[test]
        fn every_event_is_told_once_in_order_and_no_frame_is_too_long(lengths in proptest::collection::vec(1usize..FRAME_BYTES - 40, 0..40)) {
            let events: Vec<String> = lengths
                .iter()
                .enumerate()
                .map(|(number, length)| format!(r#"{{"n":{number},"text":"{}"}}"#, "x".repeat(*length)))
                .collect();
            let all: Vec<&str> = events.iter().map(String::as_str).collect();
            let frames = frames(&all);
            prop_assert!(frames.iter().all(|frame| frame.len() <= FRAME_BYTES));
            let told: Vec<u64> =
                frames.iter().flat_map(|frame| events_in(frame)).map(|event| event["n"].as_u64().unwrap()).collect();
            prop_assert_eq!(told, (0..lengths.len() as u64).collect::<Vec<_>>());
            // No more of them than there must be: two that follow each other would not have fitted together.
            let bytes: Vec<usize> = frames.iter().map(String::len).collect();
            let roomy = |pair: &[usize]| pair[0] + pair[1] + 1 + 28 <= FRAME_BYTES;
            prop_assert!(!bytes.windows(2).any(roomy));
        }
    }
}
