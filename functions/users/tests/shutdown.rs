//! The end of a worker's environment, with the real program under a Runtime API of the test's own
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>): what is being worked on goes back to the queue.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program asks of its Runtime API: method and path, and the body.
type Asked = (String, String);

/// Serves the Runtime API; tells of every request. Without an event the program waits for one for ever, and after it.
fn runtime_api(event: Option<Value>, extensions: bool) -> (String, Receiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        // Given to whichever connection asks first.
        let event = Arc::new(Mutex::new(event));
        for connection in listener.incoming() {
            let (tell, event) = (tell.clone(), Arc::clone(&event));
            std::thread::spawn(move || serve(connection.unwrap(), &tell, &event, extensions));
        }
    });
    (address, asked)
}

fn serve(connection: TcpStream, tell: &Sender<Asked>, event: &Mutex<Option<Value>>, extensions: bool) {
    let mut answers = connection.try_clone().unwrap();
    let mut requests = BufReader::new(connection);
    while let Some((line, body)) = request(&mut requests) {
        let answer = match line.as_str() {
            "POST /2020-01-01/extension/register" if extensions => {
                Some("200 OK\r\nLambda-Extension-Identifier: one\r\nContent-Length: 2\r\n\r\n{}".to_owned())
            }
            line if line.contains("/extension/") && !extensions => {
                Some("404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned())
            }
            "GET /2018-06-01/runtime/invocation/next" => event.lock().unwrap().take().map(|event| {
                let event = event.to_string();
                format!(
                    "200 OK\r\nLambda-Runtime-Aws-Request-Id: two\r\nLambda-Runtime-Deadline-Ms: 32503680000000\r\n\
                     Lambda-Runtime-Invoked-Function-Arn: arn\r\nContent-Length: {}\r\n\r\n{event}",
                    event.len()
                )
            }),
            line if line.ends_with("/response") => Some("202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned()),
            _ => None,
        };
        let _ = tell.send((line, body));
        match answer {
            Some(answer) => write!(answers, "HTTP/1.1 {answer}").unwrap(),
            // As long as there is nothing to answer.
            None => std::thread::park(),
        }
    }
}

fn request(connection: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    connection.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let (asked, _) = line.trim_end().rsplit_once(' ')?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        connection.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).ok()?;
    Some((asked.to_owned(), String::from_utf8(body).ok()?))
}

fn starts(runtime_api: &str, database: &TcpListener) -> Child {
    let database = format!("postgres://nobody@{}/nowhere?sslmode=disable", database.local_addr().unwrap());
    Command::new(env!("CARGO_BIN_EXE_record_presence"))
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "record_presence")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
        .env("DATABASE_URL", database)
        .spawn()
        .unwrap()
}

fn is_terminated(worker: &mut Child) {
    assert!(Command::new("kill").args(["-TERM", &worker.id().to_string()]).status().unwrap().success());
}

/// Waits until this was asked; answers the body.
fn until(asked: &Receiver<Asked>, what: &str) -> String {
    loop {
        let (line, body) = asked.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never asked: {what}"));
        if line == what {
            return body;
        }
    }
}

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";

fn batch() -> Value {
    let body = json!({"user_id": testkit::new_id(), "at": 1}).to_string();
    json!({"Records": [{"messageId": "one", "body": body}, {"messageId": "poison", "body": "?"}]})
}

#[test]
fn what_is_being_worked_on_goes_back_to_the_queue() {
    let (api, asked) = runtime_api(Some(batch()), true);
    // A database that never answers: the worker waits for it.
    let database = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut worker = starts(&api, &database);
    // Lambda sends SIGTERM to those only that have registered an extension.
    let registered = until(&asked, "POST /2020-01-01/extension/register");
    assert_eq!(serde_json::from_str::<Value>(&registered).unwrap(), json!({"events": []}));
    until(&asked, NEXT);
    let _waiting = database.accept().unwrap();
    is_terminated(&mut worker);
    let answer = until(&asked, "POST /2018-06-01/runtime/invocation/two/response");
    let failed = json!({"batchItemFailures": [{"itemIdentifier": "poison"}, {"itemIdentifier": "one"}]});
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), failed);
    assert!(worker.wait().unwrap().success());
}

#[test]
fn without_work_it_ends_at_once_also_where_there_are_no_extensions() {
    for extensions in [true, false] {
        let (api, asked) = runtime_api(None, extensions);
        let database = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut worker = starts(&api, &database);
        until(&asked, NEXT);
        is_terminated(&mut worker);
        assert!(worker.wait().unwrap().success());
    }
}
