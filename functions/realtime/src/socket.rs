//! What the routes of the WebSocket API share: the gateway's events, and its answers
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>).

use std::time::Duration;

use serde_json::{Value, json};
use shared::audit::Origin;
use shared::id::UserId;
use shared::queue::Queue;
use shared::{App, Problem};
use tokio::time::timeout;

/// How long to wait for the queue that takes presence.
const PATIENCE: Duration = Duration::from_millis(500);

/// An event of the gateway's.
pub struct Incoming<'a> {
    event: &'a Value,
    /// The gateway's name for the connection.
    pub connection_id: &'a str,
    /// The id that names the request in answers and logs.
    pub request_id: &'a str,
}

impl<'a> Incoming<'a> {
    /// The event, if it is one of a connection.
    pub fn of(event: &'a Value) -> Option<Self> {
        let context = &event["requestContext"];
        Some(Self {
            event,
            connection_id: context["connectionId"].as_str()?,
            request_id: context["requestId"].as_str().unwrap_or_default(),
        })
    }

    /// Where it came from.
    pub fn origin(&self) -> Origin {
        let address = self.event["requestContext"]["identity"]["sourceIp"].as_str();
        Origin { address: address.map(str::to_owned), request_id: Some(self.request_id.to_owned()) }
    }

    /// A parameter of the handshake's query.
    pub fn query(&self, name: &str) -> Option<&'a str> {
        self.event["queryStringParameters"][name].as_str()
    }

    /// What the client sent.
    pub fn body(&self) -> &'a str {
        self.event["body"].as_str().unwrap_or_default()
    }
}

/// What is answered to an event that the gateway never makes.
pub fn unreadable() -> Value {
    tracing::error!("an event without a connection");
    json!({"statusCode": 500})
}

/// What the gateway is to do with a handshake.
pub fn answer_handshake(outcome: Result<(), Problem>, request_id: &str) -> Value {
    match outcome {
        Ok(()) => json!({"statusCode": 200}),
        Err(problem) => {
            let status = problem.status();
            let (body, _) = told(problem, request_id);
            let headers = json!({"content-type": "application/problem+json"});
            json!({"statusCode": status, "headers": headers, "body": body.to_string()})
        }
    }
}

/// A problem as clients see it, and the seconds until trying again may help, where that is known. What is not for the client
/// is logged here, once.
pub fn told(problem: Problem, request_id: &str) -> (Value, Option<u64>) {
    let response = problem.into_response(request_id);
    let wait = response.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
    (serde_json::from_slice(response.body()).unwrap_or_default(), wait)
}

/// Tells the queue `presence` that somebody was seen; whether it hears is not worth a socket.
pub async fn tell_seen(app: &App, presence: &dyn Queue, user: UserId) {
    let body = json!({"user_id": user, "at": app.clock.now().unix_timestamp()}).to_string();
    match timeout(PATIENCE, presence.send(body)).await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => tracing::warn!(%failure, "a user's presence is not recorded"),
        Err(_) => tracing::warn!("a user's presence is not recorded: no answer in time"),
    }
}
