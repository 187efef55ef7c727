//! The pages in a real browser (docs/decisions/0058): what is written beside this file drives it, each script a test.
#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]

use std::process::Stdio;

use testkit::{Gateway, unique_username};

/// Runs a script with a browser against the stack, and shows what it said when it fails.
async fn passes(script: &str) {
    let app = Gateway::start().await;
    let mut driver = tokio::task::spawn_blocking(local::for_tests::browser).await.unwrap().unwrap();
    let stack = app.stack();
    driver
        .arg(format!("{}/browser/{script}", env!("CARGO_MANIFEST_DIR")))
        .env("API_URL", &stack.api_url)
        .env("SOCKET_URL", &stack.ws_url)
        .env("STORE_URL", &stack.aws_endpoint_url)
        .env("ALICE", unique_username("alice"))
        .env("BOB", unique_username("bob"))
        .env("CAROL", unique_username("carol"))
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || driver.output()).await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{script}: {}\n{}", output.status, said.join("\n"));
}

#[tokio::test]
async fn the_api_can_be_tried() {
    passes("swagger.mjs").await;
}

#[tokio::test]
async fn two_browsers_chat() {
    passes("chat.mjs").await;
}

#[tokio::test]
async fn a_browser_that_was_away_misses_nothing() {
    passes("away.mjs").await;
}
