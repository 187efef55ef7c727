//! The statement that an endpoint runs, as Postgres logs it: so that pgbench runs the very same, however it changes.

use serde::Deserialize;
use serde_json::Value;

/// A prepared statement with what it was once executed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The text, with `$1`, `$2` and so on.
    pub text: String,
    /// What was given for each; `None` for null.
    pub values: Vec<Option<String>>,
}

/// The executions in a log of JSON lines, in their order.
#[must_use]
pub fn executions(log: &str) -> Vec<Execution> {
    log.lines().filter_map(execution).collect()
}

/// One line of `log_destination = jsonlog`
/// (<https://www.postgresql.org/docs/16/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG>).
fn execution(line: &str) -> Option<Execution> {
    #[derive(Deserialize)]
    struct Line {
        message: String,
        #[serde(default)]
        detail: Value,
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let (_name, text) = line.message.strip_prefix("execute ")?.split_once(": ")?;
    let detail = line.detail.as_str().unwrap_or_default();
    let values = detail.strip_prefix("Parameters: ").or_else(|| detail.strip_prefix("parameters: "));
    Some(Execution { text: text.to_owned(), values: values.map(parse_values).unwrap_or_default() })
}

/// `$1 = 'it''s', $2 = NULL`
fn parse_values(mut text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    while let Some((_, rest)) = text.split_once(" = ") {
        let Some(quoted) = rest.strip_prefix('\'') else {
            values.push(None);
            text = rest.strip_prefix("NULL").unwrap_or(rest);
            continue;
        };
        let mut value = String::new();
        text = quoted;
        while let Some((part, rest)) = text.split_once('\'') {
            value.push_str(part);
            text = rest;
            match rest.strip_prefix('\'') {
                Some(more) => {
                    value.push('\'');
                    text = more;
                }
                None => break,
            }
        }
        values.push(Some(value));
    }
    values
}

/// The statement with `replace` in the place of each parameter (by its number, from 1), and without comments, in which a
/// program that looks for names would find some.
#[must_use]
pub fn with_parameters(text: &str, mut replace: impl FnMut(usize) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\'', '"', '-']) {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("--") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        let mark = rest.as_bytes()[0];
        if mark == b'\'' || mark == b'"' {
            let end = rest[1..].find(char::from(mark)).map_or(rest.len(), |end| end + 2);
            result.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        match rest[1..=digits].parse() {
            Ok(number) if mark == b'$' => result.push_str(&replace(number)),
            _ => result.push_str(&rest[..=digits]),
        }
        rest = &rest[digits + 1..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::{Execution, executions, with_parameters};

    #[test]
    fn an_execution_is_read_from_the_log() {
        let log = concat!(
            r#"{"timestamp":"2026-11-24","message":"connection received"}"#,
            "\n",
            r#"{"message":"execute sqlx_s_1: SELECT $1, $2,\n $3","detail":"Parameters: $1 = 'it''s, $2 = x', $2 = NULL, $3 = ''"}"#,
            "\n",
            r#"{"message":"execute sqlx_s_2: SELECT 1"}"#,
            "\nhalf a line"
        );
        let values = vec![Some("it's, $2 = x".to_owned()), None, Some(String::new())];
        assert_eq!(
            executions(log),
            [
                Execution { text: "SELECT $1, $2,\n $3".to_owned(), values },
                Execution { text: "SELECT 1".to_owned(), values: Vec::new() },
            ]
        );
    }

    #[test]
    fn parameters_are_replaced_where_they_are_ones() {
        let text = "SELECT $1, $12 - 1 AS \"a$1\", '$2''$3' -- $4: a comment\nWHERE x->>'y' = $2";
        let replaced = with_parameters(text, |number| format!(":p{number}"));
        assert_eq!(replaced, "SELECT :p1, :p12 - 1 AS \"a$1\", '$2''$3' \nWHERE x->>'y' = :p2");
    }
}
