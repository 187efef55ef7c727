//! `cargo lambda watch`, started and stopped.

use std::fs::File;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Value, json};
use testkit::{Contract, unique_username};

use super::ROOT;

/// A server that is stopped with everything it started.
pub struct Watch {
    pub port: u16,
    child: Child,
}

impl Watch {
    /// Starts `cargo lambda watch` in the checkout, with the services of the tests' stack.
    pub fn start(flags: &[&str]) -> Self {
        let port = local::for_tests::unused_port().unwrap();
        let mut watch = local::for_tests::build_tool("cargo-lambda").unwrap();
        watch
            .args([
                "lambda",
                "watch",
                "--invoke-address",
                "127.0.0.1",
                "--invoke-port",
                &port.to_string(),
                "--env-file",
            ])
            .arg(environment_file())
            .args(flags)
            .current_dir(ROOT)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(local::for_tests::file("watch.log").unwrap()).unwrap())
            // A group of its own: what it starts goes with it.
            .process_group(0);
        let mut watch = Self { port, child: watch.spawn().unwrap() };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(watch.child.try_wait().unwrap().is_none(), "cargo lambda watch has ended");
            assert!(begun.elapsed() < Duration::from_mins(1), "cargo lambda watch does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        watch
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        // It passes an interrupt on to what it started.
        let _ = Command::new("kill").args(["-INT", "--", &group]).status();
        let begun = Instant::now();
        while self.child.try_wait().is_ok_and(|ended| ended.is_none())
            && begun.elapsed() < Duration::from_secs(10)
        {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// What functions read from their environment.
pub fn environment_file() -> PathBuf {
    local::for_tests::stack().unwrap();
    local::for_tests::file("functions.env").unwrap()
}

/// It builds, starts and reaches by its route whatever is asked for first.
#[tokio::test]
async fn paths_lead_to_the_functions_that_the_gateway_has_there() {
    let watch = tokio::task::spawn_blocking(|| Watch::start(&["--ignore-changes"])).await.unwrap();
    let (client, api) = (testkit::http_client(), format!("http://127.0.0.1:{}", watch.port));
    let ask = async |method: Method, path: &str, body: Option<Value>| {
        let mut request =
            client.request(method.clone(), format!("{api}{path}")).timeout(Duration::from_mins(5));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        Contract::load().check(method.as_str(), path, status, &headers, &body).unwrap();
        (status, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let (status, health) = ask(Method::GET, "/v1/health", None).await;
    assert_eq!((status, &health["status"]), (200, &json!("ok")), "{health}");
    let user = json!({"username": unique_username("watched"), "password": "seven green bottles"});
    let (status, registered) = ask(Method::POST, "/v1/users", Some(user)).await;
    assert_eq!(status, 201, "{registered}");
    for (method, path) in [(Method::GET, "/v1/nowhere"), (Method::DELETE, "/v1/users"), (Method::GET, "/")] {
        let (status, problem) = ask(method, path, None).await;
        assert_eq!((status, &problem["code"]), (404, &json!("unknown_route")), "{path}");
    }
    // There is no authorizer here, so nobody is anybody: who needs a caller is invoked.
    let (status, problem) = ask(Method::GET, "/v1/users/me", None).await;
    assert_eq!((status, &problem["code"]), (401, &json!("unauthenticated")));
    tokio::task::spawn_blocking(move || drop(watch)).await.unwrap();
}

/// The variables of an environment file.
pub fn variables(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).unwrap();
    let pairs = text.lines().map(|line| line.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned())).collect()
}
