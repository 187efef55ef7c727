//! The way from Lambda's runtime to a handler and back, compiled once for all functions.

use std::process::ExitCode;
use std::time::Duration;

use lambda_http::{Body, Request, Response};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use tracing::Instrument;
use tracing_subscriber::filter::LevelFilter;

use crate::app::{App, optional};
use crate::audit::{Entry, Event};
use crate::crypto::BoxFuture;
use crate::http::{Allowance, Call, Problem, Reply};
use crate::log;
use crate::outbox;

/// An endpoint: a call in, a reply or a problem out.
pub type HttpHandler = for<'a> fn(&'a App, Call) -> BoxFuture<'a, Result<Reply, Problem>>;

/// What is invoked with an event of its own shape: authorizer, migration, schedules. Workers are [`crate::worker`]'s.
pub type EventHandler = for<'a> fn(&'a App, Value) -> BoxFuture<'a, Result<Value, lambda_runtime::Error>>;

/// Serves one endpoint until Lambda ends the environment.
#[must_use]
pub fn serve_http(handler: HttpHandler) -> ExitCode {
    run(async |app| lambda_http::run(service_fn(move |request| respond(app, handler, request))).await)
}

/// Serves one function that is invoked with events.
#[must_use]
pub fn serve_events(handler: EventHandler) -> ExitCode {
    run(async |app| {
        let serve = move |event: LambdaEvent<Value>| {
            let span = tracing::info_span!("invocation", request_id = %event.context.request_id);
            let work = async move {
                let outcome = handler(app, event.payload).await;
                app.write_key_usage_beside();
                outcome
            };
            work.instrument(span)
        };
        lambda_runtime::run(service_fn(serve)).await
    })
}

/// One request through a handler: always a response, never an error.
pub async fn respond(
    app: &App,
    handler: HttpHandler,
    request: Request,
) -> Result<Response<Body>, std::convert::Infallible> {
    let call = Call::new(request);
    let request_id = call.request_id();
    let (origin, authorized) = (call.origin(), call.authorized());
    let span = tracing::info_span!("request", %request_id, method = call.method());
    let begun = app.clock.monotonic();
    let response = async {
        let (outcome, events) = outbox::scope(handler(app, call)).await;
        if outcome.is_ok() {
            app.tell(&events).await;
        }
        if let (Err(Problem::UserIdMismatch), Some(caller)) = (&outcome, authorized) {
            let entry = Entry::about(Event::AuthorizationFail, "user", caller.user_id.0);
            app.record(vec![Entry {
                actor: Some(caller),
                ..entry.with(json!({"reason": "user_id_mismatch"}))
            }])
            .await;
        }
        let status = outcome.as_ref().map_or_else(Problem::status, Reply::status);
        let duration = app.clock.monotonic().saturating_sub(begun);
        tracing::info!(status, duration_us = microseconds(duration), "answered");
        match outcome {
            Ok(reply) => reply.into_response(&request_id),
            Err(problem) => problem.into_response(&request_id),
        }
    };
    let (mut response, allowance) = Allowance::scope(Box::pin(origin.scope(response.instrument(span)))).await;
    if let Some(allowance) = allowance {
        allowance.tell(response.headers_mut());
    }
    app.write_key_usage_beside();
    Ok(response)
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Starts what every function has, and serves with it.
pub(crate) fn run(serve: impl AsyncFnOnce(&'static App) -> Result<(), lambda_runtime::Error>) -> ExitCode {
    start_logging();
    match start(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!(%failure, "the function cannot run");
            ExitCode::FAILURE
        }
    }
}

fn start(
    serve: impl AsyncFnOnce(&'static App) -> Result<(), lambda_runtime::Error>,
) -> Result<(), lambda_runtime::Error> {
    // It lives as long as the process: the environment serves one function.
    let app: &'static App = Box::leak(Box::new(App::from_environment()?));
    // One request at a time: a second thread would have nothing to do.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(app))
}

/// Log lines on standard output, from now on.
fn start_logging() {
    // A level and no directives for each module: what parses those, regular expressions and all, is a tenth of a binary.
    let level = optional("LOG_LEVEL").and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    // It fails only where logging has begun already.
    let _ = tracing::subscriber::set_global_default(log::lines(std::io::stdout, level));
}
