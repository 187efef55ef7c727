//! One execution environment: a function's process and the Runtime API that feeds it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::{Method, Request, StatusCode};
use serde::Deserialize;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

use crate::failure::{Failure, other};
use crate::server::{Reply, Server, reply};

/// Longer than the function's own time limits inside, so that its own answer is seen.
const PATIENCE: Duration = Duration::from_secs(30);
/// Under valgrind a start takes seconds.
const START_PATIENCE: Duration = Duration::from_mins(2);

/// What a function's process is given.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The release binary.
    pub program: PathBuf,
    /// The function's name.
    pub function: &'static str,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// `AWS_ENDPOINT_URL`.
    pub aws_url: String,
    /// Whether it is given a queue for its events. Without one it tells nobody, and what SQS takes is no part of its time.
    pub has_queue: bool,
    /// A program to run it under, with that program's arguments.
    pub under: Vec<String>,
    /// Where its log lines go.
    pub log: PathBuf,
}

/// An environment that runs until dropped.
#[derive(Debug)]
pub struct Environment {
    /// The function's process.
    process: Child,
    started: Instant,
    api: RuntimeApi,
    log: PathBuf,
}

/// What a function answered.
#[derive(Debug)]
pub struct Answer {
    /// When the last byte of it was here.
    pub at: Instant,
    /// How long that was after the event had been handed out.
    pub latency: Duration,
    /// The answer as the gateway would read it.
    pub body: Bytes,
}

impl Answer {
    /// The HTTP status in it; 0 when it is no answer of an HTTP function.
    #[must_use]
    pub fn status(&self) -> u16 {
        #[derive(Deserialize)]
        struct Status {
            #[serde(rename = "statusCode")]
            status: u16,
        }
        serde_json::from_slice(&self.body).map_or(0, |Status { status }| status)
    }

    /// The bytes of the body and of the headers that the function sets, as a client gets them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        #[derive(Deserialize)]
        struct Sent {
            #[serde(default)]
            headers: BTreeMap<String, String>,
            #[serde(default)]
            body: String,
        }
        // `name: value`, and the end of the line.
        let line = |(name, value): (&String, &String)| name.len() + value.len() + 4;
        serde_json::from_slice(&self.body)
            .map_or(0, |Sent { headers, body }| headers.iter().map(line).sum::<usize>() + body.len())
    }
}

impl Environment {
    /// Starts the function's process.
    #[expect(clippy::disallowed_methods, reason = "the clock is what is measured with")]
    pub async fn start(launch: &Launch) -> Result<Self, Failure> {
        let api = RuntimeApi::start().await?;
        let log = std::fs::File::create(&launch.log)?;
        let mut words = launch.under.iter().map(String::as_str).chain(launch.program.to_str());
        let program = words.next().ok_or_else(|| other("the program's path is no text"))?;
        let mut command = Command::new(program);
        command.args(words).env_clear().stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        for (name, value) in [
            ("AWS_LAMBDA_RUNTIME_API", api.server.address.to_string().as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", launch.function),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_SESSION_TOKEN", "bench"),
            ("AWS_ENDPOINT_URL", &launch.aws_url),
            ("DATABASE_URL", &launch.database_url),
            // The template's default.
            ("LOG_LEVEL", "info"),
            // The harness asks more often than a person may.
            ("RATE_LIMITS", "send=1000000/0.000001,search=1000000/0.000001"),
        ] {
            command.env(name, value);
        }
        if launch.has_queue {
            command.env("EVENTS_QUEUE_URL", format!("{}/123456789012/events", launch.aws_url));
        }
        let started = Instant::now();
        let process = command.spawn()?;
        Ok(Self { process, started, api, log: launch.log.clone() })
    }

    /// The function's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the function asks for its first event; how long that took from its start.
    pub async fn asks(&self) -> Result<Duration, Failure> {
        match timeout(START_PATIENCE, self.api.asks.notified()).await {
            Ok(()) => {
                // It asks once: whoever invokes it waits for the same.
                self.api.asks.notify_one();
                Ok(self.started.elapsed())
            }
            Err(_) => Err(self.failure("does not ask for an event")),
        }
    }

    /// One event, once the function asks for it.
    pub async fn invoke(&self, event: String) -> Result<Answer, Failure> {
        match timeout(PATIENCE, self.api.invoke(event)).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(self.failure("failed")),
            Err(_) => Err(self.failure("does not answer")),
        }
    }

    /// Hands out an event without waiting for what comes of it.
    pub async fn hand_out(&self, event: String) {
        let (answer, _) = oneshot::channel();
        // It can fail only when the environment is gone.
        let _ = self.api.events.send(Invocation { event, answer }).await;
    }

    /// Asks the process to end, as the platform does at the end of an environment, and waits for it.
    pub fn end(mut self) -> Result<(), Failure> {
        if let Some(process) = rustix::process::Pid::from_raw(self.process.id().cast_signed()) {
            rustix::process::kill_process(process, rustix::process::Signal::TERM)
                .map_err(std::io::Error::from)?;
        }
        self.process.wait()?;
        Ok(())
    }

    fn failure(&self, what: &str) -> Failure {
        other(format!("the function of {} {what}: its log is there", self.log.display()))
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Takes the moment and the bytes of an answer; nothing for an invocation that failed.
type Answering = oneshot::Sender<Option<(Instant, Bytes)>>;

struct Invocation {
    event: String,
    answer: Answering,
}

/// The Runtime API of one environment.
#[derive(Debug)]
struct RuntimeApi {
    server: Server,
    events: mpsc::Sender<Invocation>,
    asks: Arc<Notify>,
}

/// What its handlers share.
struct Shared {
    events: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    asks: Arc<Notify>,
    answer: Mutex<Option<Answering>>,
}

impl RuntimeApi {
    async fn start() -> Result<Self, Failure> {
        let (sender, receiver) = mpsc::channel(1);
        let asks = Arc::new(Notify::new());
        let shared = Arc::new(Shared {
            events: tokio::sync::Mutex::new(receiver),
            asks: Arc::clone(&asks),
            answer: Mutex::default(),
        });
        let handler = move |request| {
            let shared = Arc::clone(&shared);
            async move { shared.serve(request).await }
        };
        Ok(Self { server: Server::start(handler).await?, events: sender, asks })
    }

    /// `None` when the function says that it failed, or is gone.
    #[expect(clippy::disallowed_methods, reason = "the clock is what is measured with")]
    async fn invoke(&self, event: String) -> Option<Answer> {
        self.asks.notified().await;
        let begun = Instant::now();
        let (sender, receiver) = oneshot::channel();
        self.events.send(Invocation { event, answer: sender }).await.ok()?;
        let (at, body) = receiver.await.ok()??;
        Some(Answer { at, latency: at - begun, body })
    }
}

impl Shared {
    async fn serve(&self, request: Request<Incoming>) -> Reply {
        let path = request.uri().path();
        if request.method() == Method::GET && path.ends_with("/runtime/invocation/next") {
            return self.next().await;
        }
        let succeeded = path.ends_with("/response");
        let body = request.into_body().collect().await;
        #[expect(clippy::disallowed_methods, reason = "the clock is what is measured with")]
        let at = Instant::now();
        let answer = body.ok().filter(|_| succeeded).map(|body| (at, body.to_bytes()));
        if let Some(sender) = self.answer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Whoever asked may have lost patience.
            let _ = sender.send(answer);
        }
        reply(StatusCode::ACCEPTED, Bytes::new())
    }

    async fn next(&self) -> Reply {
        self.asks.notify_one();
        let Some(Invocation { event, answer }) = self.events.lock().await.recv().await else {
            return reply(StatusCode::GONE, Bytes::new());
        };
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        let mut reply = reply(StatusCode::OK, event);
        for (name, value) in [
            ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
            // Far away: the time limits inside the functions are their own.
            ("lambda-runtime-deadline-ms", "4102444800000"),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:bench"),
            (
                "lambda-runtime-trace-id",
                "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
            ),
            ("content-type", "application/json"),
        ] {
            reply.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        reply
    }
}

/// A log file of this name in the harness's folder.
#[must_use]
pub fn log_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.log"))
}
