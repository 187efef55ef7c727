//! What the queue `media` tells: the bucket's own events, and what the sweep sends again.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>

use serde::Deserialize;
use serde_json::Value;
use shared::id::MediaId;
use shared::media::uploaded_media;
use uuid::Uuid;

/// Digits of a sequencer. S3's have 16 to 18, and shorter ones count as if zeros came after them.
const SEQUENCER_DIGITS: usize = 64;

/// An upload that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Of which file.
    pub media: MediaId,
    /// Of two events about one key the greater is the later.
    pub sequencer: String,
}

/// What a task is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Uploads that came. None where the bucket tells of something else, such as that it tells (`s3:TestEvent`).
    Uploads(Vec<Uploaded>),
    /// A file that came before, and that no worker has finished.
    Again(MediaId),
}

/// What the sweep sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    media_id: Uuid,
}

/// The body of what the sweep sends.
#[must_use]
pub fn again(media: MediaId) -> String {
    format!("{{\"media_id\":\"{media}\"}}")
}

impl Told {
    /// Reads a task's body; `None` when it is none of ours.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        if let Some(records) = body["Records"].as_array() {
            return Some(Self::Uploads(records.iter().filter_map(uploaded).collect()));
        }
        if body["Event"] == "s3:TestEvent" {
            return Some(Self::Uploads(Vec::new()));
        }
        let again: Again = serde_json::from_value(body).ok()?;
        Some(Self::Again(again.media_id.into()))
    }
}

/// The upload that a record tells of, if it does.
fn uploaded(record: &Value) -> Option<Uploaded> {
    let name = record["eventName"].as_str()?;
    name.strip_prefix("s3:").unwrap_or(name).strip_prefix("ObjectCreated:")?;
    let object = &record["s3"]["object"];
    let media = uploaded_media(&form_decoded(object["key"].as_str()?)?)?;
    Some(Uploaded { media, sequencer: padded(object["sequencer"].as_str()?)? })
}

/// A sequencer in digits of one length, so that texts compare as numbers do; `None` when it is none.
fn padded(sequencer: &str) -> Option<String> {
    let fits = (1..=SEQUENCER_DIGITS).contains(&sequencer.len())
        && sequencer.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| format!("{:0<SEQUENCER_DIGITS$}", sequencer.to_ascii_uppercase()))
}

/// Keys come as in a form: percent-encoded, with `+` for a space.
fn form_decoded(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = str::from_utf8(&digits).ok()?;
                if digits.starts_with('+') {
                    return None;
                }
                u8::from_str_radix(digits, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use shared::id::MediaId;
    use shared::media::upload_key;
    use uuid::Uuid;

    use super::{Told, Uploaded, again, padded};

    fn record(key: &str, sequencer: &Value) -> Value {
        json!({"eventName": "ObjectCreated:Post", "s3": {"object": {"key": key, "sequencer": sequencer}}})
    }

    fn told(body: &Value) -> Option<Told> {
        Told::read(&body.to_string())
    }

    #[test]
    fn what_is_no_upload_of_ours_is_nothing() {
        let media = MediaId(Uuid::from_u128(7));
        let key = upload_key(media);
        let good = record(&key, &json!("0055aed6dcd90281e5"));
        let Some(Told::Uploads(uploads)) = told(&json!({"Records": [good]})) else {
            panic!("not understood")
        };
        assert_eq!(uploads.len(), 1);
        assert_eq!(uploads[0].media, media);
        let mut removed = good.clone();
        removed["eventName"] = json!("ObjectRemoved:Delete");
        for record in [
            removed,
            record("media/00000000-0000-0000-0000-000000000007/x/file", &json!("00")),
            record(&key.to_uppercase(), &json!("00")),
            record("pending/", &json!("00")),
            record("pending/%", &json!("00")),
            record(&key, &json!("")),
            record(&key, &json!("xyz")),
            record(&key, &json!(7)),
            json!(null),
        ] {
            assert_eq!(told(&json!({"Records": [record]})), Some(Told::Uploads(vec![])), "{record}");
        }
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"});
        assert_eq!(told(&test), Some(Told::Uploads(vec![])));
        assert_eq!(Told::read(&again(media)), Some(Told::Again(media)));
        for body in ["", "{}", "[]", "null", r#"{"media_id":"x"}"#, r#"{"media_id":1,"x":2}"#] {
            assert_eq!(Told::read(body), None, "{body}");
        }
    }

    #[test]
    fn a_shorter_sequencer_counts_as_if_zeros_came_after_it() {
        let is_later = |one: &str, other: &str| padded(one).unwrap() > padded(other).unwrap();
        assert!(is_later("0055AED6DCD90281E6", "0055aed6dcd90281e5"));
        assert!(is_later("1", "0FFF"));
        assert!(!is_later("10", "1000"));
    }

    proptest! {
        #[test]
        fn keys_come_back_however_they_are_encoded(id in any::<u128>(), encoded in proptest::collection::vec(any::<bool>(), 44)) {
            let media = MediaId(Uuid::from_u128(id));
            let encode = |(byte, encoded): (u8, &bool)| {
                if *encoded { format!("%{byte:02X}") } else { char::from(byte).to_string() }
            };
            let key: String = upload_key(media).bytes().zip(&encoded).map(encode).collect();
            let expected = Uploaded { media, sequencer: padded("A1").unwrap() };
            prop_assert_eq!(told(&json!({"Records": [record(&key, &json!("a1"))]})), Some(Told::Uploads(vec![expected])));
        }

        #[test]
        fn arbitrary_text_never_breaks_it(text in ".{0,200}") {
            let _ = Told::read(&text);
            let _ = told(&json!({"Records": [record(&text, &json!(text))]}));
        }
    }
}
