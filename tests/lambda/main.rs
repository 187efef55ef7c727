//! Functions by themselves, as docs/functions.md says: `cargo lambda watch` serves them on the gateway's routes, and `cargo lambda invoke` gives each the
//! event in `tests/events`, against the services of the stack.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]
#![expect(clippy::disallowed_methods, reason = "what these tests start is waited for, for a time")]

mod invoke;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use testkit::Contract;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The names of the functions.
fn functions() -> BTreeSet<String> {
    let folder =
        |path: &Path| std::fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    let packages = folder(&Path::new(ROOT).join("functions"));
    let files = packages.flat_map(|package| folder(&package.join("src/bin")).collect::<Vec<_>>());
    files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_function_has_its_event() {
    let files = std::fs::read_dir(Path::new(ROOT).join("tests/events")).unwrap();
    let events: BTreeSet<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(events, functions(), "tests/events (left) and functions/*/src/bin (right) differ");
    local::events(true).unwrap();
}

#[test]
fn every_operation_has_its_route() {
    let manifest = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let manifest: Value = serde_json::to_value(manifest).unwrap();
    let table = manifest["workspace"]["metadata"]["lambda"]["watch"]["router"].as_array().unwrap();
    let text = |value: &'_ Value| value.as_str().unwrap().to_owned();
    let routes = table.iter().flat_map(|route| {
        let methods =
            route.get("methods").and_then(Value::as_array).cloned().unwrap_or_else(|| vec!["ANY".into()]);
        methods
            .iter()
            .map(|method| (text(&route["path"]), text(method), text(&route["function"])))
            .collect::<Vec<_>>()
    });
    let (other, own): (Vec<_>, Vec<_>) = routes.partition(|(_, _, function)| *function == "unknown_route");
    let promised = Contract::load().operations();
    let promised: BTreeMap<(String, String), String> = promised
        .iter()
        .filter(|operation| operation.path != "$default")
        .map(|operation| ((operation.path.to_owned(), operation.method.to_owned()), operation.id.to_owned()))
        .collect();
    let own: BTreeMap<_, _> =
        own.into_iter().map(|(path, method, function)| ((path, method), function)).collect();
    assert_eq!(own, promised, "Cargo.toml (left) and openapi.yaml (right) differ");
    // What has no route is answered in our own words, as at the gateway.
    let others = |path: &str, method: &str| {
        other.iter().any(|(known, for_method, _)| known == path && for_method == method)
    };
    for (path, _) in promised.keys() {
        for method in ["DELETE", "GET", "PATCH", "POST", "PUT"] {
            let promised = promised.contains_key(&(path.clone(), method.to_owned()));
            assert!(promised != others(path, method), "{method} {path}");
        }
    }
    assert!(others("/{*path}", "ANY") && others("/", "ANY"));
}
