//! What is committed is what the generator makes.

use std::fs;
use std::path::Path;

#[test]
fn the_generated_module_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let openapi = fs::read_to_string(root.join("openapi.yaml")).unwrap();
    let committed = fs::read_to_string(root.join("clients/rust/src/generated.rs")).unwrap();
    let generated = generate_client::generate(&openapi).unwrap();
    assert!(
        committed == generated,
        "openapi.yaml has changed: run `cargo run --example generate-client` and commit clients/rust/src/generated.rs"
    );
}

#[test]
fn what_is_not_understood_is_an_error() {
    let openapi =
        "paths: { /v1/x: { get: { operationId: x, summary: X., parameters: [{ $ref: '#/nowhere' }] } } }";
    let failure = generate_client::generate(openapi).unwrap_err();
    assert_eq!(failure.to_string(), "#/nowhere leads nowhere");
}
