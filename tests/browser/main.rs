//! The pages in a real browser (docs/decisions/0058): what is written beside this file drives it, each script a test.
#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use testkit::{Gateway, unique_username};

/// A folder of this run's own with two seconds of a film, `film.mp4`, and of a sound, `sound.wav`.
fn recordings() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(unique_username("record"));
    std::fs::create_dir_all(&folder).unwrap();
    for (source, name) in
        [("testsrc=duration=2:size=320x180:rate=10", "film.mp4"), ("sine=duration=2", "sound.wav")]
    {
        let mut ffmpeg = Command::new(local::for_tests::ffmpeg().unwrap());
        ffmpeg.args(["-loglevel", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"]);
        assert!(ffmpeg.arg(folder.join(name)).status().unwrap().success(), "{name}");
    }
    folder
}

/// Runs a script with a browser against the stack, and shows what it said when it fails.
async fn passes(script: &str) {
    let app = Gateway::start().await;
    let prepare = || (local::for_tests::browser().unwrap(), recordings());
    let (mut driver, recordings) = tokio::task::spawn_blocking(prepare).await.unwrap();
    let stack = app.stack();
    driver
        .arg(format!("{}/browser/{script}", env!("CARGO_MANIFEST_DIR")))
        .env("API_URL", &stack.api_url)
        .env("SOCKET_URL", &stack.ws_url)
        .env("STORE_URL", &stack.aws_endpoint_url)
        .env("ALICE", unique_username("alice"))
        .env("BOB", unique_username("bob"))
        .env("RECORDINGS", &recordings)
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || driver.output()).await.unwrap().unwrap();
    std::fs::remove_dir_all(recordings).unwrap();
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

#[tokio::test]
async fn a_group_changes_under_the_eyes_of_its_members() {
    passes("group.mjs").await;
}
