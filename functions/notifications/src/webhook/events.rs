//! The types of events that webhooks are told of.

use serde_json::Value;
use shared::http::{Invalid, Parse};

/// Those that can be subscribed to. What is told of presence, typing and receipts is not among them: it is for those who look.
pub const TYPES: [&str; 11] = [
    "conversation.created",
    "conversation.deleted",
    "conversation.updated",
    "media.ready",
    "member.added",
    "member.removed",
    "member.updated",
    "message.created",
    "message.deleted",
    "message.updated",
    "reaction.updated",
];

/// What a test is told as.
pub const TEST: &str = "webhook.test";

/// Some of [`TYPES`], each once, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTypes(pub Vec<String>);

impl Parse for EventTypes {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let names = Vec::<String>::parse(value)?;
        if names.is_empty() {
            return Err(Invalid::new("too_short", "must name at least one type of events"));
        }
        let mut types = Vec::with_capacity(TYPES.len());
        for (index, name) in names.into_iter().enumerate() {
            if !TYPES.contains(&name.as_str()) {
                let rule = format!("must be one of {}", TYPES.join(", "));
                return Err(Invalid::new("invalid_value", rule).within(&format!("[{index}]")));
            }
            if !types.contains(&name) {
                types.push(name);
            }
        }
        Ok(Self(types))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::http::Parse;

    use super::EventTypes;

    #[test]
    fn each_type_is_known_and_counts_once() {
        let read = EventTypes::parse(&json!(["message.created", "member.added", "message.created"])).unwrap();
        assert_eq!(read.0, ["message.created", "member.added"]);
        for bad in [json!([]), json!(["*"]), json!(["webhook.test"]), json!("message.created"), json!([1])] {
            assert!(EventTypes::parse(&bad).is_err(), "{bad}");
        }
    }
}
