//! No statement scans: how Postgres would run each that is in the sources, in a database with a million messages.
//!
//! `.sqlx` holds every statement with the types of its parameters; each is planned without their values, which is the plan that a
//! prepared statement settles on where values make no difference. What PL/pgSQL functions do inside is not seen.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use testkit::TestDatabase;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Tables that stay small by what they are: a scan of them is the right plan.
const SMALL: [(&str, &str); 4] = [
    ("keyring", "a new key each month"),
    ("policy", "one row"),
    ("audit_head", "one row"),
    ("change_log", "one row"),
];

/// Partial indexes that hold what waits for a worker and nothing else: to walk one is to see what there is to do.
const WAITING: [&str; 5] = [
    "audit_events_unchained_idx",
    "conversations_deleted_idx",
    "exports_unfinished_key",
    "exports_waiting_idx",
    "media_unfinished_idx",
];

/// A statement as `cargo sqlx prepare` writes it down.
#[derive(Deserialize)]
struct Prepared {
    query: String,
    describe: Describe,
}

#[derive(Deserialize)]
struct Describe {
    parameters: Parameters,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "Left")]
    types: Vec<String>,
}

impl Prepared {
    /// Those of the sources, in an order of their own.
    fn all() -> Vec<Self> {
        let mut paths: Vec<_> = std::fs::read_dir(Path::new(ROOT).join(".sqlx"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
    }

    /// The types of its parameters, as SQL names them.
    fn types(&self) -> String {
        let name = |name: &String| match name.strip_suffix("Array") {
            Some(item) => format!("{item}[]"),
            None => name.clone(),
        };
        let names: Vec<String> = self.describe.parameters.types.iter().map(name).collect();
        if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) }
    }

    /// How it would be run.
    async fn plan(&self, connection: &mut PgConnection) -> Value {
        let prepare = format!("PREPARE planned {} AS {}", self.types(), self.query);
        connection
            .execute(AssertSqlSafe(prepare))
            .await
            .unwrap_or_else(|failure| panic!("{failure}: {}", self.query));
        let nulls = vec!["NULL"; self.describe.parameters.types.len()].join(", ");
        let arguments = if nulls.is_empty() { nulls } else { format!("({nulls})") };
        let explain = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE planned {arguments}"));
        let row = connection.fetch_one(explain).await.unwrap();
        connection.execute("DEALLOCATE planned").await.unwrap();
        row.get::<Value, _>(0)
    }
}

/// What is wrong with a plan.
fn scans(plan: &Value, found: &mut Vec<String>) {
    match plan {
        Value::Array(items) => items.iter().for_each(|item| scans(item, found)),
        Value::Object(node) => {
            let word = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
            let relation = word("Relation Name");
            let ranged = node.contains_key("Index Cond");
            match word("Node Type") {
                "Seq Scan" if SMALL.iter().all(|(name, _)| *name != relation) => {
                    found.push(format!("reads all of {relation}"));
                }
                kind @ ("Index Scan" | "Index Only Scan" | "Bitmap Index Scan")
                    if !ranged && !WAITING.contains(&word("Index Name")) =>
                {
                    found.push(format!(
                        "walks an index without a range: {kind} {relation} {}",
                        word("Index Name")
                    ));
                }
                _ => {}
            }
            node.values().for_each(|value| scans(value, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_a_range_of_an_index() {
    let database = TestDatabase::create().await;
    let mut connection = database.connect().await;
    connection.execute(include_str!("plans/seed.sql")).await.unwrap();
    connection.execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    let statements = Prepared::all();
    assert!(statements.len() > 80, "where are the statements?");
    let mut wrong = Vec::new();
    for statement in &statements {
        let plan = statement.plan(&mut connection).await;
        let mut found = Vec::new();
        scans(&plan, &mut found);
        if !found.is_empty() {
            wrong.push(format!("{}\n    {}", statement.query.trim(), found.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
