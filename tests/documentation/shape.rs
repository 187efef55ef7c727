//! Whether an answer has the shape that a page shows.

use serde_json::Value;

/// Where `found` has another shape than `shown`: other fields, or another type. What is null in one of them may be anything in the other, what is
/// shown of a list holds for each of its items, and `"…"` for anything.
pub fn difference(shown: &Value, found: &Value) -> Option<String> {
    at("", shown, found)
}

fn at(place: &str, shown: &Value, found: &Value) -> Option<String> {
    match (shown, found) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::String(text), _) if text == "…" => None,
        (Value::Object(shown), Value::Object(found)) => {
            let missing = shown.keys().find(|name| !found.contains_key(*name));
            let surplus = found.keys().find(|name| !shown.contains_key(*name));
            if let Some(name) = missing {
                return Some(format!("{place}/{name} is shown, and is not there"));
            }
            if let Some(name) = surplus {
                return Some(format!("{place}/{name} is there, and not shown"));
            }
            shown.iter().find_map(|(name, shown)| at(&format!("{place}/{name}"), shown, &found[name]))
        }
        (Value::Array(shown), Value::Array(found)) => {
            if shown.is_empty() != found.is_empty() {
                return Some(format!("{place} is empty in one of them"));
            }
            found.iter().find_map(|one| at(&format!("{place}/*"), &shown[0], one))
        }
        _ if std::mem::discriminant(shown) == std::mem::discriminant(found) => None,
        _ => Some(format!("{place} is shown as {shown} and is {found}")),
    }
}

#[test]
fn shapes_are_compared_by_fields_and_types() {
    use serde_json::json;
    let shown = json!({"items": [{"id": "x", "at": null}], "n": 1, "any": "…"});
    assert_eq!(difference(&shown, &json!({"items": [{"id": "y", "at": "now"}], "n": 7, "any": {}})), None);
    for other in [
        json!({"items": [{"id": "y"}], "n": 7, "any": 1}),
        json!({"items": [], "n": 7, "any": 1}),
        json!({"items": [{"id": "y", "at": null}], "n": "7", "any": 1}),
        json!({"items": [{"id": "y", "at": null}], "n": 7, "any": 1, "more": 1}),
    ] {
        assert!(difference(&shown, &other).is_some(), "{other}");
    }
}
