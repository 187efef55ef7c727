//! Schemas of JSON Schema 2020-12, thinned to what makes a shape.

use serde_json::{Map, Value, json};

use crate::Failure;

/// Where references to schemas begin.
const SCHEMAS: &str = "#/components/schemas/";
/// What a socket says depends on conditions; the client reads it by hand.
const BY_HAND: [&str; 7] =
    ["ClientFrame", "ServerFrame", "AnswerFrame", "ErrorFrame", "EventFrame", "EventsFrame", "NewMessage"];

/// What is never printed; the type is the client's own.
pub const SECRET: &str = "Secret";
const SECRETS: [&str; 7] =
    ["access_token", "refresh_token", "password", "current_password", "new_password", "ticket", "secret"];

/// All schemas that are more than a string or a number, by name.
pub fn schemas(document: &Value) -> Result<Map<String, Value>, Failure> {
    let all = document["components"]["schemas"].as_object().ok_or("the document has no schemas")?;
    let mut thinned = Map::from_iter([(SECRET.to_owned(), json!({ "type": "object" }))]);
    for (name, schema) in all {
        if !is_plain(schema) && !BY_HAND.contains(&name.as_str()) {
            thinned.insert(name.clone(), thin(document, schema)?);
        }
    }
    Ok(thinned)
}

/// Whether a schema is only a string or a number under rules, for which no type is made.
fn is_plain(schema: &Value) -> bool {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    schema["enum"].is_null() && kinds.iter().all(|kind| !matches!(*kind, "object" | "array"))
}

/// What is referred to.
pub fn resolve<'a>(document: &'a Value, reference: &str) -> Result<&'a Value, Failure> {
    let pointer = reference.strip_prefix('#').ok_or_else(|| format!("{reference} is in another document"))?;
    Ok(document.pointer(pointer).ok_or_else(|| format!("{reference} leads nowhere"))?)
}

/// A schema without rules and conditions. References stay where they name a schema that a type is made of.
pub fn thin(document: &Value, schema: &Value) -> Result<Value, Failure> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = resolve(document, reference)?;
        let name = reference.strip_prefix(SCHEMAS).filter(|name| !name.contains('/'));
        return match name {
            Some(name) if !is_plain(target) && !is_nullable(target) => {
                Ok(json!({ "$ref": format!("#/definitions/{name}") }))
            }
            _ => thin(document, target),
        };
    }
    let mut thinned = Map::new();
    if let Some(text) = schema["description"].as_str() {
        thinned.insert("description".to_owned(), json!(text.trim()));
    }
    if let Some(constant) = schema.get("const") {
        thinned.insert("enum".to_owned(), json!([constant]));
    }
    for name in ["enum", "type", "required"] {
        if let Some(value) = schema.get(name) {
            thinned.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(format) = schema["format"].as_str().filter(|format| *format == "uuid") {
        thinned.insert("format".to_owned(), json!(format));
    }
    if let Some(values) = thinned.get("enum").and_then(Value::as_array) {
        let strings = values.iter().filter(|value| value.is_string()).count();
        match values.len() - strings {
            0 => drop(thinned.insert("type".to_owned(), json!("string"))),
            _ if values.iter().any(Value::is_null) => {
                let some: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
                return Ok(json!({ "anyOf": [{ "type": "string", "enum": some }, { "type": "null" }] }));
            }
            // A number that is always the same is a number.
            _ => drop(thinned.remove("enum")),
        }
    }
    if let Some(properties) = schema["properties"].as_object() {
        let of = |(name, property): (&String, &Value)| {
            let secret = SECRETS.contains(&name.as_str());
            let reference = || Ok(json!({ "$ref": format!("#/definitions/{SECRET}") }));
            Ok((name.clone(), if secret { reference() } else { thin(document, property) }?))
        };
        let properties = properties.iter().map(of).collect::<Result<Map<_, _>, Failure>>()?;
        thinned.insert("properties".to_owned(), Value::Object(properties));
        thinned.insert("type".to_owned(), json!("object"));
        // Branches beside properties are rules.
        return Ok(Value::Object(thinned));
    }
    if schema["additionalProperties"].is_object() {
        thinned.remove("required");
        thinned.insert("additionalProperties".to_owned(), thin(document, &schema["additionalProperties"])?);
    }
    if !schema["items"].is_null() {
        thinned.insert("items".to_owned(), thin(document, &schema["items"])?);
    }
    for name in ["oneOf", "anyOf"] {
        if let Some(branches) = schema[name].as_array() {
            let branches =
                branches.iter().map(|branch| thin(document, branch)).collect::<Result<Vec<_>, _>>()?;
            thinned.remove("type");
            thinned.remove("required");
            // One of several strings is a string.
            if branches.iter().all(|branch| branch["type"] == "string") {
                return Ok(json!({ "type": "string" }));
            }
            thinned.insert("anyOf".to_owned(), Value::Array(branches));
        }
    }
    // Of what all hold, the first is the shape and the others are rules.
    if let Some(first) = schema["allOf"].as_array().and_then(|all| all.first()) {
        return thin(document, first);
    }
    Ok(Value::Object(thinned))
}

/// Whether null may be in the place of it: such a schema is written out where it is referred to.
fn is_nullable(schema: &Value) -> bool {
    let branches = schema["anyOf"].as_array();
    branches.is_some_and(|branches| branches.iter().any(|branch| branch["type"] == "null"))
}
