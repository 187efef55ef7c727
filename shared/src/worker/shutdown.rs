//! The end of an environment: what is being worked on ends or goes back to the queue.
//!
//! Lambda sends SIGTERM only where an extension is registered, and waits half a second for it where that is an internal one
//! (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>). So a worker
//! registers one that asks for no events. Without it, or when the process is killed, its records come again all the same,
//! after the queue's visibility timeout.

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{BoxError, PooledClient};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What is being worked on may still take so long, of the half second that Lambda gives.
const GRACE: Duration = Duration::from_millis(300);
/// For the answer to reach Lambda.
const ANSWER: Duration = Duration::from_millis(100);
const EXTENSION: &str = "talkify-worker-shutdown";

/// Tells that the environment is to end.
#[derive(Debug, Clone)]
pub struct Stop {
    asked: watch::Receiver<bool>,
    busy: Arc<watch::Sender<bool>>,
}

impl Stop {
    /// One that is told by what this hands out; tests ask themselves.
    #[must_use]
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (ask, asked) = watch::channel(false);
        (ask, Self { asked, busy: Arc::new(watch::channel(false).0) })
    }

    /// One that never is.
    #[must_use]
    pub fn never() -> Self {
        Self::new().1
    }

    /// Whether the environment is to end.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Waits until the environment is to end and what was being worked on has had its time.
    pub(super) async fn is_due(&self) {
        self.comes().await;
        tokio::time::sleep(GRACE).await;
    }

    /// Waits until the environment is to end and nothing is being worked on.
    pub(super) async fn idle(&self) {
        self.comes().await;
        let mut busy = self.busy.subscribe();
        if *busy.borrow() {
            // The sender is ours, so it is not gone.
            let _ = busy.wait_for(|busy| !busy).await;
            tokio::time::sleep(ANSWER).await;
        }
        tracing::info!("the environment ends");
    }

    async fn comes(&self) {
        if self.asked.clone().wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// That something is being worked on, until dropped.
    pub(super) fn busy(&self) -> Busy {
        self.busy.send_replace(true);
        Busy(Arc::clone(&self.busy))
    }
}

pub(super) struct Busy(Arc<watch::Sender<bool>>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

/// Asks at SIGTERM.
pub(super) fn on_signal() -> Stop {
    let (ask, stop) = Stop::new();
    tokio::spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                terminated.recv().await;
                ask.send_replace(true);
            }
            Err(failure) => tracing::warn!(%failure, "SIGTERM will end this environment at once"),
        }
    });
    stop
}

/// Registers the extension. Where that is not possible, as on a local stack, the worker works all the same.
pub(super) async fn register() {
    if let Err(failure) = try_register().await {
        tracing::debug!(%failure, "no extension: this environment will not be told that it ends");
    }
}

/// The two calls that every extension makes before the first invocation
/// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>). The second has no answer, for want of events.
async fn try_register() -> Result<(), BoxError> {
    let client = PooledClient::builder().build();
    let register = Request::post("/2020-01-01/extension/register")
        .header("lambda-extension-name", EXTENSION)
        .header("content-type", "application/json")
        .body(Body::from(r#"{"events": []}"#))?;
    let answer = client.call(register).await?;
    let id = answer.headers().get("lambda-extension-identifier").cloned();
    let id = id.ok_or_else(|| format!("registering was answered {}", answer.status()))?;
    let next = Request::get("/2020-01-01/extension/event/next")
        .header("lambda-extension-identifier", id)
        .body(Body::empty())?;
    tokio::spawn(async move {
        if let Err(failure) = client.call(next).await {
            tracing::debug!(%failure, "the extension is not waited for");
        }
    });
    Ok(())
}
