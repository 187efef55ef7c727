//! `cargo lambda invoke`, for every function.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use testkit::Contract;

use super::watch::{Watch, environment_file, variables};
use super::{ROOT, functions};

/// Functions that run at the same time.
const AT_ONCE: usize = 4;
/// Functions that put a copy of the keyring back, before others replace keys.
const FIRST: [&str; 2] = ["recover_keys", "restore_keys"];
/// How long one may take, with its start.
const PATIENCE: Duration = Duration::from_mins(2);

/// One `cargo lambda watch` has the APIs of Lambda; the programs, which are built already, are started beside it one by one, as its documentation
/// says for debuggers (`--only-lambda-apis`). By itself it would ask cargo once more for each of them.
#[test]
fn every_function_answers_its_event() {
    let environment = variables(&environment_file());
    let watch = Watch::start(&["--only-lambda-apis"]);
    let tries = |function: &str, events: &Path| {
        let program = start(function, watch.port, &environment);
        let answer = invoke(function, watch.port, &events.join(format!("{function}.json")));
        end(program);
        let outcome = answer.and_then(|answer| judge(function, &answer));
        outcome.map_err(|fault| format!("{function}: {fault}"))
    };
    let puts_keys_back = |events: &Path| FIRST.iter().try_for_each(|function| tries(function, events));
    // Keys may be replaced meanwhile, on a schedule. A copy from before is refused then, and another one taken.
    let mut events = local::for_tests::example_events().unwrap();
    let mut first = puts_keys_back(&events);
    for _ in 0..2 {
        if first.is_err() {
            events = local::for_tests::example_events().unwrap();
            first = puts_keys_back(&events);
        }
    }
    let faults = Mutex::new(first.err().into_iter().collect::<Vec<_>>());
    let others = functions().into_iter().filter(|function| !FIRST.contains(&function.as_str()));
    let waiting = Mutex::new(others.collect::<Vec<_>>());
    let work = || {
        loop {
            let Some(function) = waiting.lock().unwrap().pop() else { return };
            if let Err(fault) = tries(&function, &events) {
                faults.lock().unwrap().push(fault);
            }
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {} functions:\n{}", faults.len(), functions().len(), faults.join("\n"));
}

/// Starts a function as the server would.
fn start(function: &str, port: u16, environment: &[(String, String)]) -> Child {
    let program = local::for_tests::program_of(function).unwrap();
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("AWS_LAMBDA_RUNTIME_API", format!("http://127.0.0.1:{port}/.rt/{function}"))
        .env("AWS_LAMBDA_FUNCTION_NAME", function)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap_or_else(|failure| panic!("{function} does not start: {failure}"))
}

fn end(mut program: Child) {
    let _ = program.kill();
    let _ = program.wait();
}

/// `cargo lambda invoke FUNCTION --data-file FILE`: what it prints.
fn invoke(function: &str, port: u16, event: &Path) -> Result<Value, String> {
    let mut invoke = local::for_tests::build_tool("cargo-lambda").unwrap();
    invoke
        .args([
            "lambda",
            "invoke",
            function,
            "--invoke-address",
            "127.0.0.1",
            "--invoke-port",
            &port.to_string(),
            "--data-file",
        ])
        .arg(event)
        .current_dir(ROOT)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut invoke = invoke.spawn().unwrap();
    // Read as it comes: an answer may be larger than a pipe.
    let (said, complained) = (read(invoke.stdout.take().unwrap()), read(invoke.stderr.take().unwrap()));
    let begun = Instant::now();
    while invoke.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            let _ = invoke.kill();
            return Err("no answer".to_owned());
        }
        thread::sleep(Duration::from_millis(10));
    }
    let status = invoke.wait().unwrap();
    let (said, complained) = (said.join().unwrap(), complained.join().unwrap());
    if !status.success() {
        return Err(format!("{status} {complained}"));
    }
    serde_json::from_str(&said).map_err(|failure| format!("{failure}: {said}"))
}

fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}

/// Whether the answer is what whoever invokes the function on AWS waits for.
fn judge(function: &str, answer: &Value) -> Result<(), String> {
    let wrong = || Err(answer.to_string());
    if let Some(operation) =
        Contract::load().operations().into_iter().find(|operation| operation.id == function)
    {
        let status =
            answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        let good = if function == "unknown_route" { status == 404 } else { (200..300).contains(&status) };
        let mut headers = HeaderMap::new();
        for (name, value) in answer["headers"].as_object().into_iter().flatten() {
            let value = HeaderValue::from_str(value.as_str().unwrap_or_default()).unwrap();
            headers.insert(name.parse::<HeaderName>().unwrap(), value);
        }
        let method = if operation.method == "ANY" { "GET" } else { operation.method };
        let path = if operation.path == "$default" { "/v1/nowhere" } else { operation.path };
        let body = answer["body"].as_str().unwrap_or_default().as_bytes();
        // A page, packed.
        let packed = answer["isBase64Encoded"] == true;
        let kept = if packed { Ok(()) } else { Contract::load().check(method, path, status, &headers, body) };
        return if good { kept.map_err(|violation| violation.to_string()) } else { wrong() };
    }
    let good = match function {
        "authorize" => answer["isAuthorized"] == true && answer["context"]["user_id"].is_string(),
        "connect_socket" | "disconnect_socket" | "receive_frame" => answer["statusCode"] == 200,
        _ => match answer.get("batchItemFailures") {
            Some(failures) => *failures == json!([]),
            None => answer.get("errorMessage").is_none(),
        },
    };
    if good { Ok(()) } else { wrong() }
}
